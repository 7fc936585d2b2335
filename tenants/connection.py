"""The database connection as django-tenants extends it (set_tenant, schema_name …), which Django's types ignore."""

from typing import Any

from django.db import connection as _connection

connection: Any = _connection
