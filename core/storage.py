"""Files of towns in one S3 bucket: each town under its own prefix, as each has its own folder on a disk."""

from django.core.exceptions import SuspiciousOperation
from storages.backends.s3 import S3Storage
from storages.utils import safe_join

from tenants.context import current_commune


class TownS3Storage(S3Storage):
    """Names are relative to the active town; outside of a town nothing can be read or written (NoCommuneError)."""

    def _normalize_name(self, name: str) -> str:
        try:
            return safe_join(f"{self.location}/{current_commune().schema_name}".lstrip("/"), name)
        except ValueError as error:
            raise SuspiciousOperation(f"« {name} » sort du dossier de la commune.") from error
