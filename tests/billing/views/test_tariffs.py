"""The grid editor: tariffs by régie, a new version from a day, tried before it is saved, never touching what is held."""

import html
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.forms_tariffs import FORMS
from billing.models import Tariff, TariffVersion
from booking.models import ReservationLine
from booking.services.requests import submit_request
from core.clock import frozen
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family, town_settings
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def desk(commune, client_for):
    town_settings()
    with frozen(NOW):
        yield client_for(commune, an_agent())


@pytest.fixture
def tariff(desk) -> Tariff:
    a_canteen(start=date(2026, 11, 30), days=4)
    return Tariff.objects.get(code="repas-tarif-reduit")


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def rows(*lines: tuple[str, str, str, str]) -> dict[str, str]:
    data = {"l-TOTAL_FORMS": str(len(lines)), "l-INITIAL_FORMS": "0"}
    for rank, (start, end, price, outside) in enumerate(lines):
        data |= {
            f"l-{rank}-de": start,
            f"l-{rank}-a": end,
            f"l-{rank}-prix": price,
            f"l-{rank}-hors": outside,
        }
    return data


GRID = {"du": "2027-01-01", "limites": "inclusive"} | rows(
    ("0", "700", "1", "2"), ("700", "", "3,40", "4,50")
)


def url(tariff: Tariff, shape: str) -> str:
    return f"/agent/tarifs/{tariff.pk}/version/{shape}/"


def test_tariffs_are_listed_by_regie_with_what_they_cost(desk, tariff):
    page = body(desk.get("/agent/tarifs/"))
    assert "Régie Cantine Primaire" in page and "RESTAURATION ELEMENTAIRE" in page
    assert "3,30\u00a0€" in page and "aucune période" not in page
    Tariff.objects.create(code="oublie", label="Tarif oublié")
    assert "aucune période" in body(desk.get("/agent/tarifs/"))


def test_the_list_costs_the_same_for_any_number(desk, tariff):
    numbers = iter(range(100))

    def add() -> None:
        made = Tariff.objects.create(code=f"t{next(numbers)}", label="Tarif")
        TariffVersion.objects.create(
            tariff=made, valid_from=date(2020, 1, 1), rule={"type": "flat", "amount": "1"}
        )

    assert_constant_queries(act=lambda: desk.get("/agent/tarifs/"), add_row=add)


def test_a_trial_saves_nothing_and_shows_both_prices(desk, tariff):
    page = body(desk.post(url(tariff, "brackets"), GRID | {"apercu": "1"}))
    assert "Hors commune, quotient 1 200" in page and "4,50\u00a0€" in page and "3,30\u00a0€" in page
    assert tariff.versions.count() == 1


def test_a_new_version_counts_from_its_day(desk, tariff):
    answer = desk.post(url(tariff, "brackets"), GRID | {"enregistrer": "1"})
    assert answer["Location"] == f"/agent/tarifs/{tariff.pk}/"
    version = tariff.versions.get(valid_from=date(2027, 1, 1))
    assert version.rule["type"] == "by_residence"
    page = body(desk.get(url(tariff, "brackets")))
    assert 'value="3,40"' in page and 'value="4,50"' in page


def test_a_hole_is_an_error_and_nothing_is_saved(desk, tariff):
    holed = GRID | rows(("0", "700", "1", ""), ("800", "", "3", "")) | {"enregistrer": "1"}
    assert "Trou entre 700 et 800" in body(desk.post(url(tariff, "brackets"), holed))
    assert tariff.versions.count() == 1


def test_more_rows_are_asked_with_a_click(desk, tariff):
    page = body(desk.post(url(tariff, "brackets"), GRID | {"plus": "l"}))
    assert "Tranche 5" in page and 'value="3,40"' in page


def test_a_version_in_force_is_never_rewritten(desk, tariff):
    flat = {"prix": "9", "enregistrer": "1"}
    page = body(desk.post(url(tariff, "flat"), flat | {"du": "2020-09-01"}))
    assert "Une version compte déjà depuis ce jour-là" in page
    desk.post(url(tariff, "flat"), flat | {"du": "2027-01-01"})
    desk.post(url(tariff, "flat"), flat | {"du": "2027-01-01", "prix": "8"})
    assert [(one.valid_from, one.rule["amount"]) for one in tariff.versions.order_by("valid_from")] == [
        (date(2020, 9, 1), "3.30"),
        (date(2027, 1, 1), "8.00"),
    ]


def test_only_a_version_to_come_may_be_withdrawn(desk, tariff):
    desk.post(url(tariff, "flat"), {"du": "2027-01-01", "prix": "9", "enregistrer": "1"})
    for version in tariff.versions.order_by("valid_from"):
        desk.post(f"/agent/tarifs/versions/{version.pk}/retirer/")
    assert [one.valid_from for one in tariff.versions.all()] == [date(2020, 9, 1)]


def test_effort_rates_and_written_rules_are_saved(desk, tariff):
    desk.post(
        url(tariff, "effort_rate"),
        {"du": "2027-01-01", "taux": "0,60 ; 0,50", "plafond": "5", "divise": "1", "enregistrer": "1"},
    )
    assert tariff.versions.get(valid_from=date(2027, 1, 1)).rule["percents"] == ["0.60", "0.50"]
    schools = {"du": "2027-02-01", "maternelle": "2,50", "autres": "3", "enregistrer": "1"}
    desk.post(url(tariff, "levels"), schools)
    rule = tariff.versions.get(valid_from=date(2027, 2, 1)).rule
    assert (rule["cases"][0]["levels"], rule["otherwise"]["amount"]) == (["maternelle"], "3.00")
    assert 'value="2,50"' in body(desk.get(url(tariff, "levels")))
    ranks = {"du": "2027-03-01", "prix": "3,30 ; 2,50", "compte": "rank", "enregistrer": "1"}
    desk.post(url(tariff, "siblings"), ranks)
    assert 'value="3,30 ; 2,50"' in body(desk.get(url(tariff, "siblings")))
    page = body(desk.post(url(tariff, "siblings"), ranks | {"prix": "trois"}))
    assert "Écrivez des nombres" in page
    written = (
        '{"type": "by_siblings", "prices": [{"type": "flat", "amount": 3}, {"type": "flat", "amount": 2}]}'
    )
    desk.post(url(tariff, "written"), {"du": "2027-09-01", "regle": written, "enregistrer": "1"})
    assert tariff.versions.get(valid_from=date(2027, 9, 1)).rule["type"] == "by_siblings"
    page = body(desk.post(url(tariff, "written"), {"du": "2027-10-01", "regle": "{oups", "apercu": "1"}))
    assert "Ce n’est pas du JSON" in page


def test_what_is_held_keeps_its_price(commune, client_for):
    with frozen(NOW):
        canteen = a_canteen(start=date(2026, 11, 30), days=4)
        family = a_family(school=canteen.school)
        submit_request(
            child=family.child,
            period=canteen.period,
            wishes=canteen.wishes(),
            cancellations=[],
            by=family.user,
            now=NOW,
        )
        desk = client_for(commune, an_agent())
        tariff = Tariff.objects.get(code="repas-tarif-reduit")
        desk.post(url(tariff, "flat"), {"du": "2026-11-20", "prix": "9", "enregistrer": "1"})
    assert tariff.versions.count() == 2
    assert ReservationLine.objects.get().price == Decimal("3.30")


def test_a_price_that_a_form_cannot_show_is_named_and_never_lost(desk, tariff):
    rare = {"type": "forfait", "per": "month", "base": {"type": "flat", "amount": "45.00"}}
    tariff.versions.update(rule=rare)
    warned = body(desk.get(f"/agent/tarifs/{tariff.pk}/version/flat/"))
    assert "Ce formulaire ne montre pas le prix actuel" in warned
    assert f"/agent/tarifs/{tariff.pk}/version/forfait/" in warned
    written = body(desk.get(f"/agent/tarifs/{tariff.pk}/version/written/"))
    assert "ne montre pas" not in written
    assert "forfait" in written
    tariff.versions.update(rule={"type": "flat", "amount": "3.30"})
    assert "ne montre pas" not in body(desk.get(f"/agent/tarifs/{tariff.pk}/version/flat/"))


def test_a_forfait_by_quotient_is_filled_in_tried_and_saved_without_a_word_of_json(desk, tariff):
    """The price of today is its first row; « Plus de lignes » keeps what is typed."""
    shown = body(desk.get(url(tariff, "forfait")))
    assert 'name="base-l-0-prix" value="3,30"' in shown and "ne montre pas" not in shown
    part = {"base-limites": "inclusive", "base-l-TOTAL_FORMS": "2", "base-l-INITIAL_FORMS": "1"}
    part |= {"base-l-0-a": "700", "base-l-0-prix": "30", "base-l-1-prix": "45", "base-l-1-hors": ""}
    typed = part | {"du": "2027-01-01", "per": "month", "included": "", "beyond-limites": "inclusive"}
    typed |= {"beyond-l-TOTAL_FORMS": "1", "beyond-l-INITIAL_FORMS": "0"}
    more = body(desk.post(url(tariff, "forfait"), typed | {"plus": "base-l"}))
    assert "Tranche 5" in more and 'value="45' in more
    tried = body(desk.post(url(tariff, "forfait"), typed | {"apercu": "1"}))
    assert "Forfait du mois" in tried and "à la fin du mois" in tried
    assert "cas par cas" in tried and "2e fois du mois" in tried
    wrong = body(desk.post(url(tariff, "forfait"), typed | {"included": "12", "apercu": "1"}))
    assert "« Nombre compris » et « Prix de chaque unité au-delà » vont ensemble." in wrong
    desk.post(url(tariff, "forfait"), typed | {"enregistrer": "1"})
    rule = tariff.versions.get(valid_from=date(2027, 1, 1)).rule
    assert (rule["per"], [row["amount"] for row in rule["base"]["brackets"]]) == ("month", ["30.00", "45.00"])
    assert f"{url(tariff, 'forfait')}" in body(desk.get(f"/agent/tarifs/{tariff.pk}/"))


def test_each_shape_of_the_list_is_a_page(desk, tariff):
    """On a price that no rows can say, so that each form also shows what it keeps."""
    rate = {"type": "effort_rate", "percents": ["0.5"], "cap": "5"}
    tariff.versions.update(rule=rate)
    listed = body(desk.get(f"/agent/tarifs/{tariff.pk}/"))
    for shape, form in FORMS.items():
        assert url(tariff, shape) in listed
        page = body(desk.get(url(tariff, shape)))
        assert form.name in html.unescape(page)
        assert ("Garder le prix actuel" in page) == bool(getattr(form, "parts", {})), shape
