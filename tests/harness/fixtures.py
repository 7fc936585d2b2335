"""Fixtures of the database and of the towns.

``commune``, ``other_commune``, ``public``: inside a transaction that is rolled back. Ask for ``transactional_db`` as
well when several connections or processes must see the data: the test then gets a whole database of its own.
"""

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection, connections

from tenants.context import use_commune
from tenants.middleware import forget_towns
from tenants.models import Commune
from tests.harness.clients import TownClient
from tests.harness.database import database_copy, run_servers, use_database

_copies = count(1)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_blocker, worker_number, tmp_path_factory
) -> Iterator[None]:
    """Replaces pytest-django's own: a copied database for this worker, its own cache and its own media folder."""
    urls = run_servers.urls()
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    settings.VALKEY_URL = os.environ["VALKEY_URL"] = urls.valkey_url
    settings.CACHES["default"]["LOCATION"] = f"{urls.valkey_url}/{2 * worker_number}"
    caches["default"].close()
    del caches["default"]  # an application may have opened it at the address of the settings
    settings.CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"] = (
        f"{urls.valkey_url}/{2 * worker_number + 1}"
    )
    current_app.conf.broker_url = settings.CELERY_BROKER_URL  # Celery has already read the settings
    with django_db_blocker.unblock(), database_copy("worker"):
        yield


@pytest.fixture(scope="session")
def worker_number() -> int:
    """0 without pytest-xdist, else the number of this worker."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A database of its own, where transactions really commit; replaces pytest-django's, which would empty towns."""
    shared = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        with database_copy(f"own_{next(_copies)}"):
            yield
            connections.close_all()
        use_database(shared)


@pytest.fixture
def _data(request) -> None:
    own = "transactional_db" in request.fixturenames
    request.getfixturevalue("transactional_db" if own else "db")
    cache.clear()
    forget_towns()


@pytest.fixture
def public(_data) -> Iterator[None]:
    """The vendor's side: no town is active."""
    connection.set_schema_to_public()
    yield
    connection.set_schema_to_public()


@pytest.fixture
def commune(public) -> Iterator[Commune]:
    """Bellegarde, active: models read and write its schema, dates are in its time zone."""
    with use_commune(Commune.objects.get(slug="bellegarde")) as town:
        yield town


@pytest.fixture
def other_commune(public) -> Commune:
    """Balaruc, not active: enter it with ``use_commune``."""
    return Commune.objects.get(slug="balaruc")


@pytest.fixture
def client_for() -> Callable[..., TownClient]:
    """``client_for(commune)`` or ``client_for(commune, user)``: a browser on the town's own host."""
    return TownClient


@pytest.fixture
def console_client(public) -> TownClient:
    """A browser on the vendor's host."""
    return TownClient(None)
