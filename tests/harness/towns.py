"""The two towns every test database holds: opened as the vendor opens them, without a file."""

from tenants.services.migrating import migrate_shared
from tenants.services.opening import open_commune

TOWNS = {"bellegarde": "Bellegarde", "balaruc": "Balaruc-le-Vieux"}


def build_towns() -> None:
    migrate_shared()
    for slug, name in TOWNS.items():
        open_commune(slug=slug, name=name)
