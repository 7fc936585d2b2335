"""A short name for the content of files: the same name means that nothing needs to be redone."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("tenants", "core", "billing", "booking")


def fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def schema_files() -> list[Path]:
    """What decides the tables: our migrations, and the lock file for those of the libraries."""
    migrations = [file for app in APPS for file in (ROOT / app / "migrations").glob("*.py")]
    return [*migrations, ROOT / "requirements.lock"]
