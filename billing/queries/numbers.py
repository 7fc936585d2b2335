"""What a person reads on a mail or a paper and types in a search box: a payment's reference, a document's number."""

import re

from django.db.models import Q, QuerySet

from billing.models import Invoice, Payment

_NUMBER = re.compile(r"(\d{4})-(\d{1,9})")  # year and number, as tickets and invoices print them


def payments_numbered(text: str) -> QuerySet[Payment]:
    """Payments with this very reference, or whose ticket or quittance has this number (each régie has its own)."""
    match = Q(reference__in={text, text.upper(), text.lower()})
    if number := _number(text):
        match |= Q(**number) | Q(**{f"quittance__{name}": value for name, value in number.items()})
    return Payment.objects.filter(match).select_related("household", "regie")


def invoices_numbered(text: str) -> QuerySet[Invoice]:
    """Invoices and credit notes with this number (each régie has its own), with their household."""
    number = _number(text)
    return Invoice.objects.filter(**number).select_related("household") if number else Invoice.objects.none()


def _number(text: str) -> dict[str, int]:
    found = _NUMBER.fullmatch(text)
    return {"year": int(found[1]), "number": int(found[2])} if found else {}
