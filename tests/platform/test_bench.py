"""The bench’s filler keeps up with the models: what it writes is a town whose books are right."""

from billing.models import Invoice, Payment
from billing.queries.check import check_ledger
from booking.enums import TAKING
from booking.models import Opening, Place
from booking.queries.carts import awaiting_payment
from core.clock import now
from core.commune_file.services import apply_text
from core.models import Household
from infra.bench.fill import SOURCE, fill


def test_the_filled_town_has_right_books_and_baskets(commune):
    apply_text(commune, SOURCE.read_text())

    fill(households=20, children=30)

    assert Household.objects.count() == 20
    assert Place.objects.count() == 30 * 15
    assert check_ledger() == []
    assert Payment.objects.count() == Invoice.objects.count() == 3 * 30 - 6  # six requests are not paid
    assert (
        sum(opening.taken for opening in Opening.objects.all())
        == Place.objects.filter(state__in=TAKING).count()
    )
    baskets = [awaiting_payment(household, now=now()).count() for household in Household.objects.all()]
    assert sum(baskets) == 3
