"""Two files of one family made one: everything follows, what was issued as it was, and nothing is forgotten."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from billing.models import Charge, Invoice, JournalEntry
from billing.queries.check import check_ledger
from billing.queries.ledger import regie_summaries
from booking.models import BookingDraft, Cart, Place, Reservation
from booking.services.requests import submit_request
from core import clock
from core.child_file import DossierField, FileChangeState
from core.merging import is_dealt_with, name_of, owned_keys, words_for
from core.models import (
    Child,
    ChildFact,
    Custody,
    FileChange,
    Guardian,
    HealthRecord,
    Household,
    HouseholdMerge,
)
from core.services.child_file import propose_changes
from core.services.household_merges import MergeError, unite_households
from tests.factories.billing import an_invoice
from tests.factories.counter import a_quittance, cash
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family

FIRST = date(2026, 11, 30)


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def town(commune):
    return a_canteen(start=FIRST, days=8)


@pytest.fixture
def kept(town):
    return a_family(school=town.school, name="Rivière")


@pytest.fixture
def gone(town):
    return a_family(school=town.school, name="Riviere")


@pytest.fixture
def invoice(town, gone, now):
    """26,40 € for two days, of which 10,00 € were paid at the counter."""
    issued = an_invoice(town.regie, gone.household, now=now, days=2)
    a_quittance(town.regie, gone.household, cash("10.00"), invoices=(issued,), now=now)
    return issued


def united(gone, kept, now, **changes) -> HouseholdMerge:
    said = {
        "children": {gone.child.pk: kept.child.pk},
        "guardians": {gone.household.guardians.get().pk: kept.household.guardians.get().pk},
        "reason": "Inscrits deux fois",
        "by": an_agent(),
    }
    return unite_households(gone=gone.household, kept=kept.household, now=now, **(said | changes))


def book(town, family, *, first: int, days: int = 1) -> Reservation:
    return submit_request(
        child=family.child,
        period=town.period,
        wishes=town.wishes(first=first, days=days),
        cancellations=[],
        by=family.user,
        now=clock.now(),
    )


def test_a_preview_speaks_as_agents_do():
    """Django only adds an « s » to the name of a table: of several words that is no French plural."""
    keys = [key for owner in (Household, Child, Guardian) for key in owned_keys(owner)]
    clumsy = [
        name_of(key)
        for key in keys
        if " " in key.model._meta.verbose_name
        and "verbose_name_plural" not in key.model._meta.original_attrs
        and words_for(key) == key.model._meta.verbose_name_plural
    ]
    assert clumsy == []
    assert "changements de classe à la rentrée" in map(words_for, keys)


def test_every_table_that_belongs_to_a_family_is_dealt_with():
    """A new table with a key to a file, a child or a guardian under a unique rule must say what becomes of it."""
    forgotten = [
        name_of(key)
        for owner in (Household, Child, Guardian)
        for key in owned_keys(owner)
        if not is_dealt_with(key)
    ]
    assert forgotten == []


def test_who_only_fetched_the_children_here_and_has_an_account_there_keeps_what_it_lets_do(gone, kept, now):
    uncle = kept.household.guardians.create(
        first_name="Odile", last_name="Rivière", role="pickup", is_payer=False
    )
    gone.household.guardians.update(role="contact", is_payer=False)
    gone.household.guardians.create(first_name="Ali", last_name="Riviere")
    unite_households(
        gone=gone.household,
        kept=kept.household,
        children={},
        guardians={gone.user.guardian.pk: uncle.pk},
        reason="Inscrits deux fois",
        by=an_agent(),
        now=now,
    )
    uncle.refresh_from_db()
    assert (uncle.role, uncle.user) == ("contact", gone.user)


def test_bookings_people_and_accounts_become_one(town, gone, kept, now):
    book(town, kept, first=0)
    reservation = book(town, gone, first=2, days=2)
    merge = united(gone, kept, now)
    reservation.refresh_from_db()
    assert (reservation.household, reservation.child) == (kept.household, kept.child)
    assert reservation.cart == Cart.objects.get(household=kept.household)
    assert Place.objects.filter(child=kept.child).count() == 3
    assert not Child.objects.filter(pk=gone.child.pk).exists()
    gone.household.refresh_from_db()
    assert gone.household.merged_into == kept.household
    assert not gone.household.guardians.exists()
    gone.user.refresh_from_db()
    assert (gone.user.is_active, kept.household.guardians.get().user) == (False, kept.user)
    assert merge.moved["réservations"] == 1
    assert merge.united == ["Jade"]


def test_a_day_booked_in_both_files_must_be_settled_before(town, gone, kept, now):
    book(town, kept, first=0)
    book(town, gone, first=0)
    with pytest.raises(MergeError, match="Jade a réservé deux fois"):
        united(gone, kept, now)
    assert Child.objects.filter(pk=gone.child.pk).exists()
    united(gone, kept, now, children={})  # two children of the same name: nothing stands in the way
    assert Place.objects.filter(child=gone.child, child__household=kept.household).count() == 1


def test_what_the_kept_file_says_wins_and_the_other_fills_what_is_missing(gone, kept, now):
    for family, doctor in ((gone, "Dr Ailleurs"), (kept, "Dr Ici")):
        ChildFact.objects.create(child=family.child, field=DossierField.NOTES, entries=[{"text": doctor}])
    for family, values in (
        (gone, {DossierField.ALLERGIES: [{"what": "arachide"}], DossierField.DOCTOR: [{"name": "Ailleurs"}]}),
        (kept, {DossierField.DOCTOR: [{"name": "Ici"}]}),
    ):
        record = HealthRecord(child=family.child)
        record.values = values
        record.save()
    united(gone, kept, now)
    assert ChildFact.objects.get().entries == [{"text": "Dr Ici"}]
    assert HealthRecord.objects.get().values == {
        DossierField.ALLERGIES: [{"what": "arachide"}],
        DossierField.DOCTOR: [{"name": "Ici"}],
    }


def test_what_both_files_had_ticked_is_kept(town, gone, kept, now):
    for family, wishes, given_back in ((gone, {"1": 10, "2": 20}, [3]), (kept, {"2": 21, "3": 30}, [4])):
        BookingDraft.objects.create(
            child=family.child,
            household=family.household,
            period=town.period,
            wishes=wishes,
            cancellations=given_back,
            updated_at=now,
        )
    united(gone, kept, now)
    draft = BookingDraft.objects.get()
    assert (draft.child, draft.household) == (kept.child, kept.household)
    assert (draft.wishes, draft.cancellations) == ({"1": 10, "2": 21, "3": 30}, [4])


def test_two_homes_that_share_a_child_are_no_double(gone, kept, now):
    Custody.objects.create(
        child=kept.child, second=gone.household, mode="weeks", valid_from=FIRST, recorded_at=now
    )
    with pytest.raises(MergeError, match="deux foyers"):
        united(gone, kept, now, children={})


def test_issued_documents_follow_as_they_are_and_the_books_stay_right(
    commune, client_for, gone, kept, invoice, now
):
    before = Invoice.objects.filter(pk=invoice.pk).values().get()
    united(gone, kept, now)
    after = Invoice.objects.filter(pk=invoice.pk).values().get()
    assert after == before | {"household_id": kept.household.pk}
    assert set(Charge.objects.values_list("household", "child")) == {(kept.household.pk, kept.child.pk)}
    assert not JournalEntry.objects.filter(household=gone.household).exists()
    assert check_ledger() == []
    summaries = regie_summaries(kept.household, on=now.date() + timedelta(days=1))
    assert [(one.total_paid, one.due) for one in summaries] == [(Decimal("10.00"), Decimal("16.40"))]
    assert client_for(commune, kept.user).get(f"/mon-compte/factures/{invoice.pk}/").status_code == 200


def test_frozen_rows_follow_a_reunion_and_nothing_else(gone, kept, invoice, now):
    def change(**values):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(**values)

    change(household=kept.household)
    united(gone, kept, now)
    change(household=gone.household)
    change(recipient="Autre")


def test_an_agent_compares_unites_and_finds_the_old_number(commune, client_for, gone, kept):
    desk = client_for(commune, an_agent())
    page = f"/agent/familles/{kept.household.pk}/reunir/"
    gone.household.guardians.update(phone="06 00 00 00 00")
    kept.household.guardians.update(phone="06 00 00 00 00")
    assert f"avec={gone.household.number}" in desk.get(page).content.decode()
    assert "Aucun dossier" in desk.get(page, {"avec": "ZZZ"}).content.decode()
    asked = f"{page}?avec={gone.household.number}"
    assert "Qui est qui" in desk.get(asked).content.decode()
    said = {
        f"enfant_{gone.child.pk}": str(kept.child.pk),
        f"responsable_{gone.household.guardians.get().pk}": "",
        "reason": "",
    }
    assert "obligatoire" in desk.post(asked, said).content.decode()
    unsaid = desk.post(asked, said | {"reason": "Deux inscriptions"}).content.decode()
    assert "Plusieurs personnes paieraient" in unsaid
    assert "Dites qui paie les factures" in unsaid
    payer = gone.household.guardians.get()
    answer = desk.post(asked, said | {"reason": "Deux inscriptions", "payer": payer.pk})
    assert answer["Location"] == f"/agent/familles/{kept.household.pk}/"
    assert kept.household.guardians.count() == 2
    assert kept.household.guardians.get(is_payer=True) == payer
    found = desk.get("/agent/familles/", {"q": gone.household.number}).content.decode()
    assert kept.household.number in found
    assert (
        desk.get(f"/agent/familles/{gone.household.pk}/")["Location"]
        == f"/agent/familles/{kept.household.pk}/"
    )


def test_of_two_wishes_for_one_address_the_kept_file_s_waits(gone, kept, now):
    for family, street in ((gone, "1 rue du Puits"), (kept, "2 rue du Puits")):
        moved = [{"address": street, "postcode": "30127", "city": "Bellegarde"}]
        propose_changes(
            owner=family.household,
            values={DossierField.ADDRESS: moved},
            by=family.user,
            now=now,
            today=now.date(),
        )
        phone = {DossierField.PHONE: [{"phone": "06 00 00 00 01"}]}
        propose_changes(owner=family.user.guardian, values=phone, by=family.user, now=now, today=now.date())
    united(gone, kept, now)
    assert FileChange.objects.filter(guardian=kept.user.guardian).count() == 2
    [waiting] = FileChange.objects.filter(household=kept.household, state=FileChangeState.PENDING)
    assert waiting.after[0]["address"] == "2 rue du Puits"
    assert FileChange.objects.filter(household=kept.household, state=FileChangeState.REFUSED).count() == 1
