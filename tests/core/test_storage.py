"""A file of a town is found under its own prefix, and a name never leaves it."""

import pytest
from django.core.exceptions import SuspiciousOperation

from core.storage import TownS3Storage
from tenants.context import NoCommuneError, use_commune


class Bucket:
    """Remembers the keys that are asked of S3."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def delete(self, key: str) -> None:
        self.keys.append(key)


@pytest.fixture
def storage(monkeypatch) -> TownS3Storage:
    storage = TownS3Storage(bucket_name="communes", location="fichiers")
    bucket = Bucket()

    class Objects:
        def Object(self, key: str):  # noqa: N802 — boto3's own name
            return type("S3Object", (), {"delete": lambda _self: bucket.delete(key)})()

    monkeypatch.setattr(TownS3Storage, "bucket", property(lambda _self: Objects()))
    storage.asked = bucket.keys
    return storage


def test_each_town_has_its_own_prefix(storage, commune, other_commune):
    storage.delete("downloads/reglement.pdf")
    with use_commune(other_commune):
        storage.delete("downloads/reglement.pdf")
    assert storage.asked == [
        "fichiers/c_bellegarde/downloads/reglement.pdf",
        "fichiers/c_balaruc/downloads/reglement.pdf",
    ]


@pytest.mark.parametrize("name", ["../c_balaruc/downloads/reglement.pdf", "/etc/passwd", "a/../../b"])
def test_a_name_never_leaves_the_town(storage, commune, name):
    with pytest.raises(SuspiciousOperation):
        storage._normalize_name(name)


def test_outside_of_a_town_there_are_no_files(storage, public):
    with pytest.raises(NoCommuneError):
        storage.delete("downloads/reglement.pdf")
