"""What the families of the bench booked, paid and were invoiced: consistent books, as ``check_ledger`` proves.

Each child made three requests of five days. Of the last ones, one in ten still waits in the basket, one in ten was
never paid; all the others are paid and confirmed. A request, its payment and its invoice share their number, so do a
line, its place and its charge.
"""

from billing.enums import DocumentKind, EntryKind, Fulfilment, Means, PaymentState, Trigger
from billing.models import (
    Allocation,
    Charge,
    DocumentSequence,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Payment,
    PaymentEvent,
)
from booking.enums import LineAction, LineState, PlaceState, ReservationState
from booking.models import Cart, PaymentItem, Place, Reservation, ReservationEvent, ReservationLine
from booking.services.cart_payments import CART_PURPOSE
from core.enums import MailState
from core.models import OutgoingMail
from infra.bench.rows import continue_numbering, insert_select, run

REQUESTS, DAYS = 3, 5

# What children of a school can book and pay at once: the first stage of each slot, from today on.
OFFER = """
CREATE TEMP TABLE bench_offer ON COMMIT DROP AS
SELECT period.id AS period_id, activity.establishment_id, activity.regie_id, account.id AS account_id,
       opening.id AS opening_id, opening.date, stage.id AS stage_id, stage.label, tariff.label AS tariff_label,
       coalesce((version.rule->>'amount')::numeric, 3.30) AS price,
       row_number() OVER (PARTITION BY activity.establishment_id ORDER BY opening.date, opening.id) - 1 AS rank,
       count(*) OVER (PARTITION BY activity.establishment_id) AS days
FROM booking_period period
JOIN booking_activity activity ON activity.id = period.activity_id
JOIN billing_provideraccount account ON account.regie_id = activity.regie_id AND account.closed_at IS NULL
JOIN booking_slot slot ON slot.period_id = period.id
JOIN booking_opening opening ON opening.slot_id = slot.id
JOIN LATERAL (SELECT * FROM booking_stage WHERE slot_id = slot.id ORDER BY position, id LIMIT 1) stage ON true
JOIN billing_tariff tariff ON tariff.id = stage.tariff_id
JOIN LATERAL (SELECT rule FROM billing_tariffversion WHERE tariff_id = tariff.id ORDER BY valid_from LIMIT 1) version
  ON true
WHERE period.payment = 'prepaid' AND period.end >= current_date AND activity.for_pupils
"""

REQUESTED = f"""
CREATE TEMP TABLE bench_request ON COMMIT DROP AS
SELECT child.id + round * (SELECT max(id) FROM core_child) AS id, child.id AS child_id, child.household_id, child.school_id, round,
       now() - make_interval(days => (child.id % 120)::int, hours => round) AS at,
       CASE WHEN round = {REQUESTS - 1} AND child.id % 10 = 0 THEN 'awaiting'
            WHEN round = {REQUESTS - 1} AND child.id % 10 = 1 THEN 'lapsed'
            ELSE 'paid' END AS fate
FROM core_child child, generate_series(0, {REQUESTS - 1}) round
"""

WISHED = f"""
CREATE TEMP TABLE bench_line ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY request.id, offer.date) AS id, request.id AS request_id,
       row_number() OVER (PARTITION BY request.id ORDER BY offer.date, offer.opening_id) AS position,
       request.child_id, request.household_id, request.fate, request.at, offer.*
FROM bench_request request
CROSS JOIN generate_series(0, {DAYS - 1}) day
JOIN bench_offer offer ON offer.establishment_id = request.school_id
 AND offer.rank = (request.child_id * 7 + request.round * {DAYS} + day) % offer.days
"""

SUMS = """
CREATE TEMP TABLE bench_sum ON COMMIT DROP AS
SELECT request_id AS id, household_id, min(child_id) AS child_id, min(period_id) AS period_id, min(regie_id) AS regie_id,
       min(account_id) AS account_id, min(fate) AS fate, min(at) AS at, min(date) AS first_date, max(date) AS last_date,
       sum(price) AS total, jsonb_agg(id ORDER BY id) AS line_ids,
       row_number() OVER (PARTITION BY min(regie_id), min(fate) ORDER BY request_id) AS number
FROM bench_line GROUP BY request_id, household_id
"""

YEAR = "extract(year FROM now())::int"


def prepare_offer() -> None:
    run(OFFER)


def book() -> None:
    for statement in (REQUESTED, WISHED, SUMS):
        run(statement)
    insert_select(
        Cart,
        {"household_id": "household_id", "regie_id": "regie_id"},
        "(SELECT DISTINCT household_id, regie_id FROM bench_sum WHERE fate <> 'paid') basket",
    )
    _reservations()
    _places()
    _money()
    for model in (Reservation, ReservationLine, Place, Charge, Payment, Invoice):
        continue_numbering(model)
    run(
        "UPDATE booking_opening SET taken = counted.places FROM (SELECT opening_id, count(*) AS places"
        " FROM booking_place WHERE state IN ('held', 'confirmed') GROUP BY opening_id) counted"
        " WHERE counted.opening_id = booking_opening.id"
    )


def _by_fate(paid: str, awaiting: str, lapsed: str) -> str:
    return f"CASE fate WHEN 'paid' THEN '{paid}' WHEN 'awaiting' THEN '{awaiting}' ELSE '{lapsed}' END"


def _reservations() -> None:
    states = ReservationState.ACCEPTED, ReservationState.AWAITING_PAYMENT, ReservationState.CANCELLED
    insert_select(
        Reservation,
        {
            "id": "bench_sum.id",
            "household_id": "bench_sum.household_id",
            "child_id": "child_id",
            "period_id": "period_id",
            "cart_id": "cart.id",
            "state": _by_fate(*states),
            "total": "total",
            "first_date": "first_date",
            "last_date": "last_date",
            "pay_before": "CASE fate WHEN 'awaiting' THEN now() + interval '1 hour' ELSE at + interval '1 hour' END",
            "created_at": "at",
            "created_by_id": "bench_sum.household_id",
        },
        "bench_sum LEFT JOIN booking_cart cart USING (household_id, regie_id)",
    )
    for act in ("Demande enregistrée", "Paiement reçu"):
        insert_select(
            ReservationEvent,
            {"reservation_id": "id", "at": "at", "act": f"'{act}'", "to_state": _by_fate(*states)},
            "bench_sum",
        )
    insert_select(
        ReservationLine,
        {
            "id": "id",
            "reservation_id": "request_id",
            "opening_id": "opening_id",
            "stage_id": "stage_id",
            "action": f"'{LineAction.ADD}'",
            "state": _by_fate(LineState.ACCEPTED, LineState.AWAITING_PAYMENT, LineState.CANCELLED),
            "label": "label",
            "tariff_label": "tariff_label",
            "price": "price",
        },
        "bench_line",
    )


def _places() -> None:
    insert_select(
        Place,
        {
            "id": "id",
            "opening_id": "opening_id",
            "child_id": "child_id",
            "line_id": "id",
            "state": _by_fate(PlaceState.CONFIRMED, PlaceState.HELD, PlaceState.RELEASED),
            "held_until": "CASE fate WHEN 'awaiting' THEN now() + interval '1 hour' END",
            "released_at": "CASE fate WHEN 'lapsed' THEN at + interval '1 hour' END",
        },
        "bench_line",
    )


def _money() -> None:
    paid = "bench_sum WHERE fate = 'paid'"
    insert_select(
        Payment,
        {
            "id": "id",
            "token": "gen_random_uuid()",
            "regie_id": "regie_id",
            "account_id": "account_id",
            "mode": "'test'",
            "household_id": "household_id",
            "payer_id": "household_id",
            "payer_email": "'famille' || household_id || '@banc.example'",
            "purpose": f"'{CART_PURPOSE}'",
            "label": "'Reservation ' || id",
            "reference": "'BANC' || lpad(id::text, 10, '0')",
            "amount": "total",
            "state": f"'{PaymentState.PAID}'",
            "provider_ref": "'banc-' || id",
            "year": YEAR,
            "number": "number",
            "created_at": "at",
            "paid_at": "at",
            "closed_at": "at",
            "fulfilment": f"'{Fulfilment.DONE}'",
        },
        paid,
    )
    insert_select(
        JournalEntry,
        {
            "regie_id": "regie_id",
            "household_id": "household_id",
            "payment_id": "id",
            "on": "at::date",
            "at": "at",
            "kind": f"'{EntryKind.RECEIVED}'",
            "means": f"'{Means.ONLINE}'",
            "amount": "total",
        },
        paid,
    )
    for before, after in (
        (PaymentState.CREATED, PaymentState.STARTED),
        (PaymentState.STARTED, PaymentState.PAID),
    ):
        insert_select(
            PaymentEvent,
            {
                "payment_id": "id",
                "at": "at",
                "trigger": f"'{Trigger.RETURN}'",
                "outcome": f"'{after}'",
                "from_state": f"'{before}'",
                "to_state": f"'{after}'",
            },
            paid,
        )
    insert_select(
        PaymentItem,
        {"payment_id": "id", "reservation_id": "id", "amount": "total", "line_ids": "line_ids"},
        paid,
    )
    _documents(paid)
    insert_select(
        OutgoingMail,
        {
            "to": "'famille' || household_id || '@banc.example'",
            "subject": "'Ticket de paiement'",
            "text": "repeat('Nous avons reçu votre paiement. ', 20)",
            "html": "repeat('<p>Nous avons reçu votre paiement.</p>', 40)",
            "state": f"'{MailState.SENT}'",
            "created_at": "at",
            "sent_at": "at",
            "dedupe_key": "'payment:' || id || ':ticket'",
        },
        paid,
    )


def _documents(paid: str) -> None:
    line = {
        "service_date": "date",
        "group_label": "'Restauration'",
        "label": "tariff_label",
        "quantity": "1",
        "unit_price": "price",
        "amount": "price",
    }
    lines = "bench_line WHERE fate = 'paid'"
    insert_select(
        Charge,
        line
        | {
            "id": "id",
            "regie_id": "regie_id",
            "household_id": "household_id",
            "child_id": "child_id",
            "source": "'booking.line:' || id",
            "created_at": "at",
        },
        lines,
    )
    insert_select(
        Invoice,
        {
            "id": "id",
            "regie_id": "regie_id",
            "household_id": "household_id",
            "year": YEAR,
            "number": "number",
            "issued_on": "at::date",
            "issued_at": "at",
            "regie_name": "'Régie'",
            "issuer": "'Mairie'",
            "recipient": "'Famille'",
            "total": "total",
        },
        paid,
    )
    insert_select(
        InvoiceLine, line | {"invoice_id": "request_id", "charge_id": "id", "position": "position"}, lines
    )
    insert_select(
        Allocation, {"payment_id": "id", "invoice_id": "id", "amount": "total", "created_at": "at"}, paid
    )
    for kind in (DocumentKind.INVOICE, DocumentKind.RECEIPT):
        insert_select(
            DocumentSequence,
            {"regie_id": "regie_id", "kind": f"'{kind}'", "year": YEAR, "last": "max(number)"},
            f"{paid} GROUP BY regie_id",
        )
