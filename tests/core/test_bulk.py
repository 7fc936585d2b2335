from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from billing.models import Charge, Regie
from core.bulk import insert_rows, update_rows
from tests.factories.billing import a_regie
from tests.factories.world import a_family, town_settings

NOW = datetime(2026, 11, 18, 23, 40, 12, 345678, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=None)


def charge(family, regie, source: str, **values) -> Charge:
    return Charge(
        regie=regie,
        household=family.household,
        source=source,
        service_date=date(2026, 12, 1),
        group_label="Cantine « du midi »",
        label="Repas d’été\nà l’école",
        unit_price=Decimal("3.30"),
        amount=Decimal("3.30"),
        reasons=["Tarif : 3,30 €", {"a": None}],
        created_at=NOW,
        **values,
    )


def test_every_column_keeps_its_value(family):
    regie = a_regie()
    written = [charge(family, regie, "a", child=family.child), charge(family, regie, "b")]

    insert_rows(written)

    stored = list(Charge.objects.order_by("pk"))
    assert stored == written
    for one, other in zip(stored, written, strict=True):
        for field in Charge._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(other, field.attname), field.name


def test_a_conflict_is_refused_or_left_out(family):
    regie = a_regie()
    insert_rows([charge(family, regie, "a")])

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([charge(family, regie, "a")])
    insert_rows([charge(family, regie, "a"), charge(family, regie, "b")], ignore_conflicts=True)

    assert set(Charge.objects.values_list("source", flat=True)) == {"a", "b"}


def test_many_rows_are_one_statement_and_none_is_none(family, django_assert_num_queries):
    regie = a_regie()

    with django_assert_num_queries(1):
        insert_rows([charge(family, regie, str(number)) for number in range(50)])
    with django_assert_num_queries(0):
        insert_rows([])


def test_only_the_named_columns_of_the_given_rows_change(commune):
    first, second, _ = (a_regie(code=code, prefix=code.upper()) for code in ("aa", "bb", "cc"))
    first.position, second.position = 3, 4
    first.name, first.legal_mention = "Régie « d’été »", "n’est pas écrite"
    first.part_minimum = Decimal("12.50")

    update_rows([first, second], ["name", "position", "part_minimum"])

    stored = list(
        Regie.objects.order_by("code").values_list("name", "position", "part_minimum", "legal_mention")
    )
    assert stored == [
        ("Régie « d’été »", 3, Decimal("12.50"), "Régie de recettes"),
        ("Régie bb", 4, None, "Régie de recettes"),
        ("Régie cc", 0, None, "Régie de recettes"),
    ]
