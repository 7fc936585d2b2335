"""What a family reads of the town's rules: with the period, and on the recap."""

from datetime import timedelta

from django.utils.html import strip_tags

from billing.pricing.shape import ESTIMATE
from booking.models import BookingDraft
from tests.factories.booking import booked


def text_of(answer) -> str:
    return " ".join(strip_tags(answer.content.decode()).replace("\u00a0", " ").split())


def test_the_period_lists_its_other_rules(canteen, family, browser_of):
    period = canteen.period
    period.week = {"min_days": 2, "links": [{"slot": "repas", "needs": ["repas"]}]}
    period.absences = {
        "waivers": [{"reasons": ["illness"], "proofs": ["certificate"], "proof_within": {"hours": 48}}]
    }
    period.minimum, period.refund = {"children": 6}, "credit"
    period.unbooked = {"type": "own_price", "tariff": {"type": "flat", "amount": "5.49"}}
    period.save()
    canteen.late.late = {"type": "percent", "percent": "100"}
    canteen.late.save()
    page = browser_of(family).get(f"/reservation/{family.child.pk}/?periode=cantine")
    text = text_of(page)
    for sentence in (
        "REPAS ENFANT 4.20 : le double du prix.",
        "Enfant venu sans réservation : 5,49 €.",
        "Au moins 2 jours par semaine.",
        "L’accueil peut être annulé sous 6 enfants inscrits.",
        "Maladie : non facturé, sur un certificat médical remis dans les 48 heures.",
        "Un jour déjà payé, annulé dans les délais, est gardé en avoir pour votre prochaine facture.",
    ):
        assert sentence in text


def test_the_recap_says_which_days_wait_for_an_agent(canteen, family, browser_of, now):
    canteen.late.late = {"type": "ask_agent"}
    canteen.late.save()
    canteen.on_time.cutoff = {"type": "days_before", "days": 5}
    canteen.on_time.save()
    wishes = canteen.wishes(stage=canteen.late) | canteen.wishes(first=4)
    BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=canteen.period,
        wishes={str(opening): stage for opening, stage in wishes.items()},
        updated_by=family.user,
        updated_at=now - timedelta(minutes=1),
    )
    text = text_of(browser_of(family).get(f"/reservation/{family.child.pk}/cantine/recapitulatif/"))
    assert "Le délai est passé pour certains jours" in text
    assert "lun. 01/03/2027 (REPAS ENFANT 4.20) : un agent décidera" in text
    assert "Toute la demande attend sa décision" in text
    assert "lun. 08/03/2027 (" not in text


def test_a_price_that_is_known_later_is_announced_at_each_step(canteen, family, browser_of, now):
    canteen.on_time.tariff.versions.update(
        rule={"type": "cost_share", "expected_cost": 20, "shares": [{"percent": 50}]}
    )
    said = f"{ESTIMATE} : le prix définitif sera connu avec le coût réel de la sortie."
    browser, child = browser_of(family), family.child.pk
    assert said in text_of(browser.get(f"/reservation/{child}/cantine/planning/"))
    opening, stage = next(iter(canteen.wishes(days=1).items()))
    BookingDraft.objects.create(
        child=family.child, household=family.household, period=canteen.period, wishes={str(opening): stage},
        updated_by=family.user, updated_at=now,
    )  # fmt: skip
    assert said in text_of(browser.get(f"/reservation/{child}/cantine/recapitulatif/"))
    booked(canteen, family, now=now, days=1)
    assert said in text_of(browser.get("/panier/"))
