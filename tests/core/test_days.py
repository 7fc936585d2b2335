"""Days as forms and addresses give them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from core.forms.days import DayField
from core.views.listing import day_in


def test_a_day_is_of_our_times_so_that_pages_may_count_from_it():
    assert DayField().clean("2026-09-01") == day_in(QueryDict("jour=2026-09-01"), "jour") == date(2026, 9, 1)
    for typed in ("0001-01-01", "9999-12-31", "2026-02-30"):
        assert day_in(QueryDict(f"jour={typed}"), "jour") is None
        with pytest.raises(ValidationError, match="valide"):
            DayField().clean(typed)
