"""Whoever holds one school, at its daily work: waiting lists, absences, papers, quotients, messages, bookings, figures."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from billing.models import Quotient, QuotientDeclaration
from billing.quotients import MeansBasis
from booking.enums import AbsenceState, PlaceState, WaitingMode
from booking.models import AbsenceReport, Place, WaitingEntry, WaitingPolicy
from core.enums import FileSubject
from core.models import Conversation, FamilyDocument, User
from core.services.conversations import ask_the_office
from tests.factories.papers import a_kind, sent
from tests.factories.world import Family
from tests.harness.queries import assert_constant_queries
from tests.tenancy.test_scope import NOW, Town, body, town  # noqa: F401 - a fixture

TODAY = NOW.date()


@dataclass(kw_only=True)
class Matters:
    """What waits for the office about one family."""

    entry: WaitingEntry
    absence: AbsenceReport
    paper: FamilyDocument
    family_paper: FamilyDocument
    declaration: QuotientDeclaration
    conversation: Conversation


@pytest.fixture
def kinds(commune):
    return a_kind(), a_kind(code="revenus", name="Avis d’imposition", subject=FileSubject.HOUSEHOLD)


@pytest.fixture
def both(town: Town, kinds) -> tuple[Matters, Matters]:  # noqa: F811
    here, there = (
        matters(family, asked, kinds)
        for family, asked in ((town.here, town.asked_here), (town.there, town.asked_there))
    )
    return here, there


def matters(family: Family, asked, kinds) -> Matters:
    line, period, about_child, about_family = asked.lines.get(), asked.period, *kinds
    WaitingPolicy.objects.get_or_create(
        period=period, defaults={"mode": WaitingMode.AGENT, "offer_minutes": 60}
    )
    Place.objects.filter(line=line).update(state=PlaceState.CONFIRMED)
    Quotient.objects.create(
        household=family.household, basis=MeansBasis.QUOTIENT, value=Decimal(700), source="agent",
        valid_from=TODAY, valid_until=TODAY + timedelta(days=9), received_on=TODAY, recorded_at=NOW,
    )  # fmt: skip
    return Matters(
        entry=WaitingEntry.objects.create(
            opening=line.opening, child=family.child, rank=1, joined_at=NOW, joined_by=family.user
        ),
        absence=AbsenceReport.objects.create(
            child=family.child, period=period, first=TODAY, last=TODAY, told_at=NOW, told_by=family.user,
            state=AbsenceState.AWAITING,
        ),
        paper=sent(about_child, family, now=NOW),
        family_paper=sent(about_family, family, now=NOW),
        declaration=QuotientDeclaration.objects.create(
            household=family.household, value=Decimal(650), at=NOW, by=family.user
        ),
        conversation=says(family, child=family.child),
    )  # fmt: skip


def says(family: Family, *, child=None) -> Conversation:
    return ask_the_office(
        household=family.household,
        subject=None,
        child=child,
        about=None,
        body=f"Bonjour, ici {family.household.name}.",
        by=family.user,
        nonce=uuid4(),
        now=NOW,
    )


def test_daily_lists_and_their_exports_hold_nothing_of_elsewhere(town, both):  # noqa: F811
    sibling = sent(both[0].paper.kind, town.here, now=NOW, child=town.sibling)
    for page, query, seen in (
        ("agent_waiting", "", "RESTAURATION ELEMENTAIRE"),
        ("agent_absences", "etat=toutes", "Aubépine"),
        ("agent_documents", "etat=tous", "Aubépine"),
        ("agent_quotients", "etat=declares", "Aubépine"),
        ("agent_quotients", "etat=expirent", "Aubépine"),
        ("agent_quotients", "etat=sans", "Bourrache"),
        ("agent_conversations", "etat=tous", "Aubépine"),
        ("agent_statistics", "du=2026-11-01&au=2026-11-30", "RESTAURATION ELEMENTAIRE"),
    ):
        for form in ("", "&format=csv"):
            text = body(town.head.get(f"{reverse(page)}?{query}{form}"))
            assert seen in text, (page, query, form)
            for word in ("Lavandier", "NORD", "École du Nord", sibling.child.first_name):
                assert word not in text, (page, query, form, word)
    assert "Lavandier" not in body(town.head.get(reverse("agent_conversations") + "?etat=tous&q=lavandier"))


def test_daily_addresses_of_elsewhere_are_not_found(town, both):  # noqa: F811
    here, there = both
    for name, mine, theirs in (
        ("agent_waiting_day", here.entry.opening_id, there.entry.opening_id),
        ("agent_absence", here.absence.pk, there.absence.pk),
        ("agent_document", here.paper.pk, there.paper.pk),
        ("agent_document", here.family_paper.pk, there.family_paper.pk),
        ("agent_family_quotients", town.here.household.pk, town.there.household.pk),
        ("agent_conversation", here.conversation.pk, there.conversation.pk),
        ("agent_conversation_new", town.here.household.pk, town.there.household.pk),
        ("agent_booking", town.here.child.pk, town.there.child.pk),
        ("agent_booking", town.guest.child.pk, town.sibling.pk),
    ):
        assert town.head.get(reverse(name, args=[mine])).status_code == 200, name
        assert town.head.get(reverse(name, args=[theirs])).status_code == 404, name
    page = here.paper.pages.get().position
    assert "%PDF" in body(town.head.get(reverse("agent_document_file", args=[here.paper.pk, page])))
    for name, args in (
        ("agent_document_file", [there.paper.pk, page]),
        ("agent_absence_paper", [there.absence.pk]),
        ("agent_absence_new", [town.asked_there.pk]),
        ("agent_booking_planning", [town.here.child.pk, "nord"]),
    ):
        assert town.head.get(reverse(name, args=args)).status_code == 404, name
    for name, pk in (
        ("agent_waiting_act", there.entry.pk),
        ("agent_waiting_enlist", there.entry.opening_id),
        ("agent_absence_decide", there.absence.pk),
        ("agent_document", there.paper.pk),
        ("agent_conversation_follow", there.conversation.pk),
        ("agent_conversation_state", there.conversation.pk),
    ):
        assert town.head.post(reverse(name, args=[pk])).status_code == 404, name
    enlist = {"enfant": town.there.child.pk, "prix": "normal", "motif": "Demandé au guichet"}
    refused = body(town.head.post(reverse("agent_waiting_enlist", args=[here.entry.opening_id]), enlist))
    assert not WaitingEntry.objects.filter(child=town.there.child).exclude(pk=there.entry.pk).exists()
    assert "Lavandier" not in refused


def test_figures_are_those_of_the_school(town, both):  # noqa: F811
    period = "?du=2026-11-01&au=2026-11-30"
    for view, total in (("caf", "Total;;;;1;1;"), ("occupation", "RESTAURATION ELEMENTAIRE;4;")):
        table = body(town.head.get(reverse("agent_statistics_view", args=[view]) + period + "&format=csv"))
        assert total in table, (view, table)
        assert "NORD" not in table
    assert town.head.get(reverse("agent_statistics_view", args=["recettes"])).status_code == 404


def test_one_paper_leads_to_the_next_of_the_school(town, both):  # noqa: F811
    here, there = both
    page = body(town.head.get(reverse("agent_document", args=[here.family_paper.pk])))
    assert reverse("agent_document", args=[here.paper.pk]) in page
    assert reverse("agent_document", args=[there.paper.pk]) not in page


def test_a_message_about_a_sibling_stays_elsewhere_unless_it_is_handed_over(town, both):  # noqa: F811
    about_sibling, of_family = says(town.here, child=town.sibling), says(town.here)
    address = reverse("agent_conversation", args=[about_sibling.pk])
    assert town.head.get(address).status_code == 404
    assert town.head.get(reverse("agent_conversation", args=[of_family.pk])).status_code == 200
    agent = User.objects.get(grants__scope_code="ecole-serment")
    about_sibling.assignee = agent
    about_sibling.save()
    assert town.head.get(address).status_code == 200
    handed_on = town.head.post(reverse("agent_conversation_follow", args=[about_sibling.pk]), {})
    assert handed_on.url == reverse("agent_conversations")


def test_the_menu_and_the_family_page_show_what_opens(town, both):  # noqa: F811
    page = body(town.head.get(reverse("agent_family", args=[town.here.household.pk])))
    for name, args in (
        ("agent_booking", [town.here.child.pk]),
        ("agent_conversation_new", [town.here.household.pk]),
        ("agent_family_quotients", [town.here.household.pk]),
    ):
        assert reverse(name, args=args) in page, name
        assert town.head.get(reverse(name, args=args)).status_code == 200
    assert reverse("agent_booking", args=[town.sibling.pk]) not in page
    inbox = body(town.head.get(reverse("agent_conversations")))
    assert reverse("agent_mailings") not in inbox
    for section in (
        "agent_documents",
        "agent_quotients",
        "agent_waiting",
        "agent_absences",
        "agent_statistics",
    ):
        assert town.head.get(reverse(section)).status_code == 200


def test_limited_lists_cost_the_same_for_any_number(town, both, kinds):  # noqa: F811
    from tests.factories.world import a_family
    from tests.tenancy.test_scope import asks

    days = iter(town.canteen.openings)

    def add() -> None:
        family = a_family(school=town.canteen.school, name="Camomille")
        matters(family, asks(family, next(days), town.canteen.on_time), kinds)

    pages = ("agent_waiting", "agent_absences", "agent_documents", "agent_quotients", "agent_conversations", "agent_statistics")  # fmt: skip
    assert_constant_queries(act=lambda: [town.head.get(reverse(page)) for page in pages], add_row=add)
