import pytest

from tests.guides.parent import Parent
from tests.guides.town import bellegarde_database, bellegarde_servers, family, portal

__all__ = ["bellegarde_database", "bellegarde_servers", "family", "portal"]


@pytest.fixture
def parent(page, portal, family) -> Parent:
    """The family's adult, at both widths."""
    return Parent(page, portal, family)
