"""What a mail would say, with values that look real: invented people, a usual service, days to come.

Values only. A mail of ``core.mail_texts.MAIL_NAMES`` whose template names something new needs it here; a test draws
them all.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any


class Named(SimpleNamespace):
    """A value that also has a name in words, ``said``."""

    said: str

    def __str__(self) -> str:
        return self.said


def sample_of(template: str, *, now: datetime, email: str) -> dict[str, Any]:
    """The context of a mail. ``now`` in the town's time zone; ``email``: of whoever looks at it."""
    day = now.date() + timedelta(days=14 - now.weekday())  # a Monday: no canteen serves on a Sunday
    cells = [
        SimpleNamespace(date=day + timedelta(days=more), label="REPAS ENFANT", price=Decimal("3.30"))
        for more in (0, 1)
    ]
    child = Named(said="Jade Rivière", first_name="Jade")
    activity = SimpleNamespace(name="RESTAURATION", establishment=SimpleNamespace(name="École Jean-Lamour"))
    period = SimpleNamespace(name="Cantine", activity=activity, payment="later")
    reservation = SimpleNamespace(
        display_number="00042",
        child=child,
        period=period,
        state="confirmed",
        get_state_display="Confirmée",
        total=Decimal("6.60"),
        pay_before=now + timedelta(hours=1),
        first_date=day,
        last_date=day + timedelta(days=1),
    )
    lines = [
        SimpleNamespace(opening=cell, label=cell.label, price=cell.price, reservation=reservation)
        for cell in cells
    ]
    regie = SimpleNamespace(name="Régie cantine et garderie")
    invoice = Named(
        said="Facture n° CAN-2026-00042",
        total=Decimal("26.40"),
        left=Decimal("26.40"),
        amount=Decimal("26.40"),
        regie_name=regie.name,
        get_kind_display="Facture",
        reference="CAN-2026-00042",
        issued_on=now.date(),
        due_on=now.date() + timedelta(days=30),
        is_credit_note=False,
        note="",
    )
    payment = SimpleNamespace(
        amount=Decimal("26.40"),
        regie=regie,
        paid_at=now,
        receipt_reference="2026-00042",
        reference="CAN42A7F",
        method="carte bancaire",
        state="paid",
    )
    full_name = f"{activity.establishment.name} / {activity.name} / {period.name}"
    absence = SimpleNamespace(
        state="awaiting",
        proof_until=now + timedelta(days=3),
        get_state_display="Acceptée",
        decision_reason="",
    )
    document = SimpleNamespace(
        kind=SimpleNamespace(name="Attestation d’assurance"),
        child=child,
        sent_at=now,
        reason="La photo est floue : on ne lit pas les dates.",
        valid_until=now.date() + timedelta(days=30),
    )
    last = now + timedelta(days=2)
    link = "https://…"
    habits = [SimpleNamespace(child=child, activity=activity.name, days=[cell.date for cell in cells])]
    absent = [SimpleNamespace(line=line, due=Decimal(0), explanation="prévenu à temps") for line in lines]
    own: dict[str, dict[str, Any]] = {
        "reservation_recorded": {
            "demand": SimpleNamespace(
                planning=SimpleNamespace(full_name=full_name), additions=cells, cancellations=[]
            ),
        },
        "reservation_by_office": {
            "additions": cells,
            "cancellations": [],
            "terms": SimpleNamespace(reason="Demande par téléphone", keeps_charges=False),
            "pays": False,
        },
        "reservation_decided": {"decided": lines, "accept": True, "reason": "", "left": 0, "pays": False},
        "reservation_expired": {"payment_begun": False, "booking_url": link},
        "reminder_basket": {"reservations": [reservation]},
        "reminder_cutoff": {"children": habits},
        "reminder_draft": {"children": habits},
        "waiting_offer": {
            "entry": SimpleNamespace(child=child, offer_until=last),
            "opening": cells[0],
            "cell": cells[0],
            "payment": period.payment,
        },
        "service_cancelled": {
            "change": SimpleNamespace(reason="Grève du personnel"),
            "children": [(child, lines)],
        },
        "absence_reported": {"report": absence, "days": absent},
        "absence_decided": {"report": absence, "days": absent, "due": Decimal(0)},
        "invoice_issued": {"invoice": invoice, "debit": None, "due": invoice.total},
        "invoice_reminder": {"invoices": [invoice], "step": 1, "total": invoice.total, "regie": regie},
        "invoice_paid": {
            "items": [SimpleNamespace(invoice=invoice, amount=invoice.total, left=Decimal(0))],
            "credit": Decimal(0),
        },
        "payment_ticket": {"delivery": SimpleNamespace(confirmed=lines, unplaced=[])},
        "quotient_expiring": {
            "quotient": SimpleNamespace(value=Decimal(742), valid_until=document.valid_until)
        },
        "activation": {"user": SimpleNamespace(name="Camille Rivière", email=email)},
    }
    usual = {
        "reservation": reservation,
        "child": child,
        "payment": payment,
        "document": document,
        "full_name": full_name,
        "last": last,
        "link": link,
    }
    return usual | own.get(template, {})
