"""The tables of docs/algorithms/retards-absences.md are true."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from billing.pricing.rules import Flat, PricingFacts
from booking.rules.absence import AbsencePolicy, AbsenceReason, Proof
from booking.rules.absence_dues import Absence, Missed, Setting, settle
from booking.rules.late import LATE_EFFECT, LateCase, late_outcome
from core.calendars import Calendar
from core.money import format_euros

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2023, 3, 10)
DOC = Path(__file__).parents[3] / "docs" / "algorithms" / "retards-absences.md"


def plain(text):
    return text.replace("\u00a0", " ")


def table(title):
    """The rows of the table under the heading `title`."""
    section = plain(DOC.read_text(encoding="utf-8")).split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]
    assert rows
    return rows


def euros(cell):
    return Decimal(cell.removesuffix(" €").replace(",", "."))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(("town", "effect", "normal", "paid", "fee"), table("Un retard"))
def test_late_prices(town, effect, normal, paid, fee):
    tariff = Flat(type="flat", amount=euros(normal))
    rule = LATE_EFFECT.validate_python(json.loads(effect.strip("`")))
    outcome = late_outcome(rule, LateCase(tariff=tariff, facts=PricingFacts()))
    assert plain(format_euros(outcome.unit.amount)) == paid
    assert [plain(format_euros(one.amount)) for one in outcome.fees] == ([fee] if fee else [])


@pytest.mark.parametrize(("policy", "reason", "told", "proof", "due", "says"), table("Une absence"))
def test_absences(policy, reason, told, proof, due, says):
    kind, _, given_at = proof.partition(" ")
    absence = Absence(
        first=DAY,
        last=DAY,
        reason=AbsenceReason(reason) if reason else None,
        noticed_at=at(told) if told else None,
        proof=Proof(kind) if kind else None,
        proof_at=at(given_at) if given_at else None,
    )
    missed = Missed(key="repas", start=at("2023-03-10 11:30"), price=Decimal("4.00"))
    setting = Setting(period=(date(2022, 9, 1), date(2023, 7, 7)), calendar=Calendar(), tz=PARIS)
    [found] = settle(AbsencePolicy.model_validate(json.loads(policy.strip("`"))), absence, [missed], setting)
    assert (plain(format_euros(found.amount)), plain(found.reason)) == (due, says)
