import pytest

from tests.guides.parent import Parent


@pytest.fixture
def parent(page, portal, family) -> Parent:
    """The family's adult, at both widths."""
    return Parent(page, portal, family)
