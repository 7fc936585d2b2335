"""Every mail that a family receives, in each of its languages."""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils.timezone import get_current_timezone

from core.languages import speaking

MAILS = Path(settings.ROOT) / "themes" / "templates" / "mail"
# Those that the office itself receives.
FRENCH = {"contact", "agent_activation"}
KINDS = sorted({path.stem for path in MAILS.iterdir() if not path.name.startswith("_")} - FRENCH)
AT = datetime(2027, 3, 1, 14, 30, tzinfo=get_current_timezone())


class Stub:
    """Something of the database, with everything that a mail may ask of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return value_of(name)

    def __str__(self) -> str:
        return "9"


def value_of(name: str) -> Any:
    if name == "introduction":
        return ""
    if re.search(r"(_on|_at|_until|_before|_from|_date|^at|^on|^until|^last|^date)$", name):
        return AT
    if name in {"total", "amount", "price", "due", "left", "credit", "fee"}:
        return Decimal(3)
    if name == "children":
        return [ChildDays()]
    if name == "days":
        return [Stub()]
    if name in {"items", "lines", "invoices", "decided", "reservations", "payments", "sold", "still_sent"}:
        return [Stub()]
    if name in {"additions", "cancellations", "confirmed", "unplaced", "address_lines"}:
        return [Stub()]
    if re.search(
        r"(name|label|title|reason|explanation|url|link|phone|email|holder|reference|rum|text|means|display|body|subject)",
        name,
    ):
        return "9"
    return Stub()


class ChildDays(Stub):
    """A child of a reminder, or of a change: with an attribute for its days, or two parts."""

    days = (AT.date(),)

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Any:
        return iter((Stub(), [Stub()]))


class Everything(dict):
    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name) if super().__contains__(name) else value_of(name)


def words(name: str, language: str) -> set[str]:
    """The sentences of the mail that hold a word."""
    with speaking(language):
        days = {"left": 2} if name.startswith("reservation_decided") else {}
        shown = get_template(f"mail/{name}").render(Everything(days))
    text = re.sub(r"<style.*?</style>|<[^>]+>", "\n", shown, flags=re.DOTALL)
    return {line.strip() for line in text.splitlines() if re.search(r"[^\W\d_]{3}", line)}


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_no_french_sentence_is_left_in_another_language(suffix):
    left = {
        (kind, language): same
        for kind in KINDS
        for language in ("en", "ar")
        if (same := words(f"{kind}.{suffix}", "fr") & words(f"{kind}.{suffix}", language))
    }
    assert not left


def test_a_mail_in_arabic_is_read_from_right_to_left():
    with speaking("ar"):
        shown = get_template("mail/invoice_issued.html").render(Everything())
    assert '<html lang="ar" dir="rtl">' in shown
    assert '<bdi dir="ltr">9</bdi>' in shown
