"""What stays due for an absence: the rules that real towns publish, day by day."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from booking.rules.absence import AbsencePolicy, AbsenceReason, Proof, describe_absences
from booking.rules.absence_dues import Absence, Missed, Setting, settle
from booking.rules.cutoffs import CUTOFF_RULE
from core.calendars import HolidayRegion, SchoolZone, build_calendar

PARIS = ZoneInfo("Europe/Paris")
PERIOD = (date(2022, 9, 1), date(2023, 7, 7))
CALENDAR = build_calendar(zone=SchoolZone.C, region=HolidayRegion.METROPOLE, start=PERIOD[0], end=PERIOD[1])
PRICE = Decimal("4.00")
MONDAY = date(2023, 3, 6)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def meals(*days):
    return [Missed(key=day, start=at(f"2023-03-{day:02d} 11:30"), price=PRICE) for day in days]


def dues(policy, services, *, cancel=None, **absence):
    facts = {"reason": AbsenceReason.ILLNESS, "first": date(2023, 3, 6), "last": date(2023, 3, 10)}
    setting = Setting(
        period=PERIOD,
        calendar=CALENDAR,
        tz=PARIS,
        cancel_rule=CUTOFF_RULE.validate_python(cancel) if cancel else None,
    )
    return settle(AbsencePolicy.model_validate(policy), Absence(**facts | absence), services, setting)


def amounts(*args, **kwargs):
    return [str(one.amount) for one in dues(*args, **kwargs)]


@pytest.mark.parametrize(
    ("no_show", "amount", "words"),
    [
        ({"type": "full"}, "4.00", "facturé"),
        ({"type": "free"}, "0.00", "non facturé"),
        ({"type": "percent", "percent": 50}, "2.00", "facturé à 50 % du prix"),
        ({"type": "flat", "amount": 3.75}, "3.75", "facturé 3,75 €"),
        ({"type": "surcharge", "amount": 0.50}, "4.50", "facturé, avec 0,50 € de plus"),
        ({"type": "credit", "amount": 3.85}, "-3.85", "remboursé 3,85 €"),
    ],
)
def test_a_no_show(no_show, amount, words):
    (due,) = dues({"no_show": no_show}, meals(6), reason=None)
    assert (str(due.amount), due.reason.replace("\u00a0", " ")) == (
        amount,
        f"Absence non prévenue à temps : {words}",
    )


def test_without_any_rule_a_no_show_is_due():
    assert amounts({}, meals(6), reason=None) == ["4.00"]


ILLNESS = {"reasons": ["illness"], "proofs": ["certificate"]}


@pytest.mark.parametrize(
    ("within", "given_at", "amount"),
    [
        ({"hours": 48}, "2023-03-08 11:30:59", "0.00"),
        ({"hours": 48}, "2023-03-08 11:31:00", "4.00"),
        ({"days": 8}, "2023-03-14 23:59:59", "0.00"),
        ({"days": 8}, "2023-03-15 00:00:00", "4.00"),
        ({"days": 3, "after": "last_day"}, "2023-03-13 10:00:00", "0.00"),
        ({"days": 3, "after": "last_day"}, "2023-03-14 00:00:00", "4.00"),
    ],
)
def test_a_certificate_in_time(within, given_at, amount):
    policy = {"waivers": [ILLNESS | {"proof_within": within}]}
    assert amounts(policy, meals(6), proof=Proof.CERTIFICATE, proof_at=at(given_at)) == [amount]


def test_the_family_is_told_what_is_missing():
    policy = {"waivers": [ILLNESS | {"proof_within": {"hours": 48}}]}
    (due,) = dues(policy, meals(6))
    assert due.reason.replace("\u00a0", " ") == "Maladie : facturé, car un certificat médical est demandé"
    (due,) = dues(policy, meals(6), proof=Proof.CERTIFICATE, proof_at=at("2023-03-09 08:00"))
    assert due.reason.replace("\u00a0", " ") == (
        "Maladie : facturé, car un certificat médical était attendu avant le mercredi 8 mars 2023 à 11:30"
    )


def test_the_kindest_waiver_applies():
    by_proof = {"reasons": ["illness"], "proofs": ["declaration"], "carence": {"days": 2, "count": "missed"}}
    policy = {"waivers": [ILLNESS, by_proof]}
    services = meals(6, 7, 9, 10)
    assert amounts(policy, services, proof=Proof.CERTIFICATE) == ["0.00"] * 4
    assert amounts(policy, services, proof=Proof.DECLARATION) == ["4.00", "4.00", "0.00", "0.00"]
    assert amounts(policy, services) == ["4.00"] * 4


@pytest.mark.parametrize(
    ("carence", "expected"),
    [
        ({"days": 3, "start": "notice"}, ["4.00", "4.00", "0.00", "0.00"]),  # Monday: Mon, Tue, Wed are due
        ({"days": 3, "start": "notice", "count": "missed"}, ["4.00", "4.00", "4.00", "0.00"]),
        ({"days": 3, "start": "notice", "count": "school"}, ["4.00", "4.00", "4.00", "0.00"]),
        ({"days": 1}, ["4.00", "0.00", "0.00", "0.00"]),
    ],
)
def test_days_of_carence(carence, expected):
    policy = {"waivers": [{"reasons": ["illness"], "carence": carence}]}
    assert amounts(policy, meals(6, 7, 9, 10), noticed_at=at("2023-03-06 08:00")) == expected


def test_carence_counted_from_a_notice_that_comes_late_or_never():
    policy = {"waivers": [{"reasons": ["illness"], "carence": {"days": 1, "start": "notice"}}]}
    assert amounts(policy, meals(6, 7, 9), noticed_at=at("2023-03-07 08:00")) == ["4.00", "4.00", "0.00"]
    assert amounts(policy, meals(6, 7, 9)) == ["4.00"] * 3


@pytest.mark.parametrize(("last", "amount"), [(date(2023, 3, 9), "4.00"), (date(2023, 3, 10), "0.00")])
def test_a_minimum_of_school_days_in_a_row(last, amount):
    policy = {"waivers": [ILLNESS | {"min_days": 4}]}
    assert amounts(policy, meals(6), last=last, proof=Proof.CERTIFICATE) == [amount]


def test_the_town_must_be_told_the_same_morning():
    policy = {
        "waivers": [
            {"reasons": ["illness", "weather"], "notice": {"type": "same_day", "time": "08:15"}},
        ]
    }
    assert amounts(policy, meals(6, 7), noticed_at=at("2023-03-06 08:16")) == ["4.00", "0.00"]
    late = dues(policy, meals(6), reason=AbsenceReason.WEATHER, noticed_at=at("2023-03-06 08:16"))
    assert late[0].reason.endswith("car la mairie devait être prévenue avant le lundi 6 mars 2023 à 08:15")


def test_what_the_town_knows_by_itself_asks_nothing():
    policy = {"waivers": [{"reasons": ["strike", "closure"], "by": "town"}]}
    assert amounts(policy, meals(6), reason=AbsenceReason.STRIKE) == ["0.00"]
    assert amounts(policy, meals(6), reason=AbsenceReason.TRIP) == ["4.00"]


def test_a_yearly_quota():
    policy = {"waivers": [{"reasons": ["leave"], "quota_days": 5}]}
    services = meals(6, 7, 9, 10)
    assert amounts(policy, services, reason=AbsenceReason.LEAVE, waived_before=3) == [
        "0.00", "0.00", "4.00", "4.00",
    ]  # fmt: skip


def test_cancelled_in_time_or_taken_again_is_free():
    eve = {"type": "days_before", "days": 1, "time": "12:00"}
    found = dues({}, meals(6, 7), cancel=eve, reason=None, noticed_at=at("2023-03-06 12:00"))
    assert [(str(one.amount), one.reason) for one in found][1] == ("0.00", "Annulé à temps")
    assert str(found[0].amount) == "4.00"
    taken = Missed(key=6, start=at("2023-03-06 11:30"), price=PRICE, taken_again=True)
    assert amounts({"refund_if_taken_again": True}, [taken], reason=None) == ["0.00"]
    assert amounts({}, [taken], reason=None) == ["4.00"]


def test_how_the_rules_are_said():
    policy = AbsencePolicy.model_validate(
        {
            "no_show": {"type": "surcharge", "amount": 0.50},
            "refund_if_taken_again": True,
            "waivers": [
                ILLNESS | {"proof_within": {"hours": 48}, "min_days": 4},
                {"reasons": ["strike", "trip"], "by": "town"},
                {
                    "reasons": ["illness"],
                    "notice": {"type": "same_day", "time": "09:00"},
                    "carence": {"days": 3, "start": "notice"},
                    "note": "le repas peut être retiré",
                },
                {"reasons": ["leave"], "quota_days": 10},
            ],
        }
    )
    assert [line.replace("\u00a0", " ") for line in describe_absences(policy)] == [
        "Absence non prévenue à temps : facturé, avec 0,50 € de plus",
        "Place reprise par un autre enfant : non facturé",
        "Maladie : non facturé, sur un certificat médical remis dans les 48 heures, à partir de 4 jours d’école de suite",
        "Grève ou sortie scolaire : non facturé, sans démarche de la famille",
        (
            "Maladie : non facturé, si la mairie est prévenue au plus tard le jour même à 09:00, "
            "les 3 premiers jours restent dus, comptés à partir du jour où la mairie est prévenue "
            "(le repas peut être retiré)"
        ),
        "Congés de la famille : non facturé, 10 jours par année scolaire au plus",
    ]


@pytest.mark.parametrize(
    "policy",
    [
        {"waivers": [{"reasons": []}]},
        {"waivers": [{"reasons": ["strike"], "by": "town", "proofs": ["certificate"]}]},
        {"waivers": [{"reasons": ["illness"], "proof_within": {"hours": 48}}]},
        {"waivers": [ILLNESS | {"proof_within": {"hours": 48, "days": 2}}]},
        {"waivers": [ILLNESS | {"proof_within": {"hours": 48, "after": "last_day"}}]},
        {"waivers": [{"reasons": ["rhume"]}]},
        {"no_show": {"type": "flat", "amount": -1}},
    ],
)
def test_a_wrong_policy_is_refused(policy):
    with pytest.raises(ValidationError):
        AbsencePolicy.model_validate(policy)


WAIVERS = st.fixed_dictionaries(
    {"reasons": st.lists(st.sampled_from(["illness", "strike", "leave"]), min_size=1, unique=True)},
    optional={
        "notice": st.sampled_from(
            [{"type": "same_day", "time": "09:00"}, {"type": "days_before", "days": 1}, {"type": "never"}]
        ),
        "min_days": st.integers(2, 5),
        "carence": st.fixed_dictionaries(
            {"days": st.integers(1, 4)},
            optional={
                "count": st.sampled_from(["calendar", "school", "working", "open", "missed"]),
                "start": st.sampled_from(["absence", "notice"]),
            },
        ),
        "quota_days": st.integers(1, 3),
        "due": st.sampled_from([{"type": "free"}, {"type": "percent", "percent": 30}, {"type": "full"}]),
    },
)


@given(
    waivers=st.lists(WAIVERS, max_size=3),
    reason=st.sampled_from([None, AbsenceReason.ILLNESS, AbsenceReason.STRIKE, AbsenceReason.TRIP]),
    offsets=st.sets(st.integers(0, 20), min_size=1, max_size=8),
    told=st.none() | st.integers(-72, 500),
)
def test_no_absence_costs_more_than_a_no_show_nor_less_than_nothing(waivers, reason, offsets, told):
    services = [
        Missed(key=n, start=datetime(2023, 3, 6 + n, 11, 30, tzinfo=PARIS), price=PRICE) for n in offsets
    ]
    facts = {
        "reason": reason,
        "first": MONDAY + timedelta(days=min(offsets)),
        "last": MONDAY + timedelta(days=max(offsets)),
        "noticed_at": None if told is None else at("2023-03-06 08:00") + timedelta(hours=told),
    }
    policy = AbsencePolicy.model_validate({"waivers": waivers})
    assert AbsencePolicy.model_validate(policy.model_dump(mode="json", exclude_unset=True)) == policy
    found = dues(policy.model_dump(), services, **facts)
    assert [one.key for one in found] == sorted(offsets)
    assert all(0 <= one.amount <= PRICE and one.reason for one in found)
    assert len(describe_absences(policy)) == 1 + len(waivers)
    if reason is None:
        assert [one.amount for one in found] == [PRICE] * len(offsets)
