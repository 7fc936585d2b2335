import pytest

from core.phones import readable_phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("06-12 34/56 78", "06 12 34 56 78"),
        ("06\u00a012\u202f34 56 78", "06 12 34 56 78"),
        ("+33 6 12 34 56 78", "06 12 34 56 78"),
        ("+33 (0)6 12 34 56 78", "06 12 34 56 78"),
        ("0033612345678", "06 12 34 56 78"),
        ("0692 12 34 56", "06 92 12 34 56"),
        ("+262 692 12 34 56", "+262692123456"),
        ("+32 475 12 34 56", "+32475123456"),
        ("0041 79 123 45 67", "+41791234567"),
    ],
)
def test_a_number_is_kept_as_everybody_reads_it(typed, kept):
    assert readable_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["06 12 34 56", "061234567890", "0012", "bonjour", "06 12 34 56 7x", "12 34 56 78 90", "+0612345678"],
)
def test_what_is_no_number_is_refused(typed):
    assert readable_phone(typed) is None
