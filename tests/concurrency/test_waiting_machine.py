"""Families book, cancel, wait, leave, accept, refuse or forget in any order (Hypothesis). After each step no day has more
places than its capacity, and what it counts is what is held or offered; offers follow the order of the lists.
"""

from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from booking.enums import OPEN_WAITING, PaymentMode, PlaceState, WaitingState
from booking.models import Opening, OpeningGroup, Place, WaitingEntry
from booking.services.requests import submit_request
from booking.services.waiting import join_list, leave_list
from booking.services.waiting_offers import accept_offer, decline_offer, offer_freed_places
from core.errors import DomainError
from tests.factories.groups import little, two_groups
from tests.factories.people import an_agent
from tests.factories.waiting import a_waiting_list, resize
from tests.factories.world import UNTIL_START, a_canteen, a_family

START = datetime(2026, 11, 16, 8, 0, tzinfo=ZoneInfo("Europe/Paris"))
FAMILIES, DAYS, CAPACITY = 5, 2, 2

family_numbers = st.integers(0, FAMILIES - 1)
day_numbers = st.integers(0, DAYS - 1)


class _Undo(Exception):  # noqa: N818  not an error: how an example takes back what it wrote
    pass


class WaitingMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.canteen = a_canteen(
            start=date(2026, 11, 23), days=DAYS, capacity=CAPACITY, payment=PaymentMode.INVOICED
        )
        type(self.canteen.period).objects.update(cancel_rule=UNTIL_START)
        self.canteen.period.refresh_from_db()
        a_waiting_list(self.canteen.period, minutes=60)
        self.families = [a_family(school=self.canteen.school) for _ in range(FAMILIES)]
        for family in self.families[::2]:
            little(family.child)
        self.groups = two_groups(self.canteen, small=1, big=CAPACITY, now=self.now)
        self.agent = an_agent()
        for number in range(CAPACITY):
            self.book(number, 0)
            self.book(number, 1)

    def teardown(self) -> None:
        self._transaction.__exit__(_Undo, _Undo(), None)

    @rule(number=family_numbers, day=day_numbers)
    def book(self, number: int, day: int) -> None:
        self._request(number, wishes=self.canteen.wishes(first=day))

    @rule(number=family_numbers, day=day_numbers)
    def cancel(self, number: int, day: int) -> None:
        self._request(number, cancellations=[self.canteen.openings[day].pk])

    def _request(self, number: int, *, wishes=None, cancellations=()) -> None:
        family = self.families[number]
        self._try(
            lambda: submit_request(
                child=family.child,
                period=self.canteen.period,
                wishes=wishes or {},
                cancellations=cancellations,
                by=family.user,
                now=self.now,
            )
        )

    @rule(number=family_numbers, day=day_numbers)
    def join(self, number: int, day: int) -> None:
        family, opening = self.families[number], self.canteen.openings[day]
        self._try(lambda: join_list(child=family.child, opening=opening, by=family.user, now=self.now))

    @rule(
        number=family_numbers, day=day_numbers, act=st.sampled_from([leave_list, accept_offer, decline_offer])
    )
    def answer(self, number: int, day: int, act) -> None:
        family = self.families[number]
        entry = WaitingEntry.objects.filter(
            opening=self.canteen.openings[day], child=family.child, state__in=OPEN_WAITING
        ).first()
        if entry:
            self._try(lambda: act(entry=entry, by=family.user, now=self.now))

    @rule(day=day_numbers, capacity=st.integers(1, CAPACITY + 1))
    def resize(self, day: int, capacity: int) -> None:
        self._try(lambda: resize(self.canteen.openings[day], capacity, by=self.agent, now=self.now))

    @rule(day=day_numbers, group=st.integers(0, 1), capacity=st.integers(0, CAPACITY))
    def resize_a_group(self, day: int, group: int, capacity: int) -> None:
        opening, shared = self.canteen.openings[day], self.groups[group]
        self._try(lambda: resize(opening, capacity, by=self.agent, now=self.now, group=shared))

    @rule(minutes=st.sampled_from([1, 30, 61]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def offer(self) -> None:
        """Afterwards no place is free while somebody waits for it."""
        offer_freed_places(now=self.now)
        for opening in Opening.objects.all():
            for entry in WaitingEntry.objects.filter(opening=opening, state=WaitingState.WAITING):
                assert opening.room.left(entry.group_id) == 0

    def _try(self, act) -> None:
        try:
            with transaction.atomic():
                act()
        except DomainError:
            pass  # a refusal: nothing may have changed, the invariants say so

    @invariant()
    def what_is_counted_is_what_is_held_or_offered(self) -> None:
        for opening in Opening.objects.all():
            held = Place.objects.filter(opening=opening).exclude(state=PlaceState.RELEASED).count()
            offered = WaitingEntry.objects.filter(opening=opening, state=WaitingState.OFFERED).count()
            assert opening.taken == held + offered <= opening.capacity
            assert opening.taken == sum(group.taken for group in opening.groups.all())
        for day in OpeningGroup.objects.all():
            own = {"opening": day.opening_id, "group": day.group_id}
            held = Place.objects.filter(**own).exclude(state=PlaceState.RELEASED).count()
            offered = WaitingEntry.objects.filter(**own, state=WaitingState.OFFERED).count()
            assert day.taken == held + offered <= day.capacity

    @invariant()
    def offers_follow_the_order_of_the_list(self) -> None:
        for opening, group in product(self.canteen.openings, self.groups):
            standing = WaitingEntry.objects.filter(
                opening=opening, group=group, state__in=OPEN_WAITING
            ).order_by("rank")
            states = list(standing.values_list("state", flat=True))
            assert states == sorted(states, key=[WaitingState.OFFERED, WaitingState.WAITING].index)

    @invariant()
    def nobody_waits_for_what_it_has(self) -> None:
        for entry in WaitingEntry.objects.filter(state__in=OPEN_WAITING):
            assert not Place.objects.live(self.now).filter(opening=entry.opening, child=entry.child).exists()


def test_places_and_offers_whatever_the_order(commune):
    run_state_machine_as_test(
        WaitingMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
