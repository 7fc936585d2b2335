"""Filters for what stands inside a translated sentence: what is stressed in it, and what keeps its own order there."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from core import retold, words
from core.languages import LINK_LANGUAGE, active, is_french
from core.speech import speech

register = template.Library()


@register.filter
def strong(part: object) -> SafeString:
    return format_html("<strong>{}</strong>", part)


@register.filter
def ltr(part: Any) -> Any:
    """A reference, an account or a number of a text mail, in its own order."""
    return words.ltr(part)


@register.filter
def bdi(part: Any) -> Any:
    """As ``ltr``, in HTML."""
    return format_html('<bdi dir="ltr">{}</bdi>', part) if part and get_language_bidi() else part


@register.filter
def phone_anchor(town: Any) -> SafeString:
    """The town's number, to be called by a touch."""
    return format_html('<a href="{}" dir="ltr">{}</a>', town.phone_link, town.phone)


@register.filter
def days_summary(days: Iterable[date]) -> str:
    return words.days_summary(days)


@register.filter
def commas(parts: Iterable[object]) -> str:
    """« lait, œufs », with the comma of the language."""
    return speech().comma.join(str(part) for part in parts)


@register.filter
def amount(said: str) -> SafeString:
    """Euros as they are said, never cut at the end of a line."""
    return format_html('<span class="amount">{}</span>', said)


@register.filter
def strong_amount(said: str) -> SafeString:
    return format_html('<strong class="amount">{}</strong>', said)


@register.filter
def site_anchor(host: str) -> SafeString:
    return format_html('<a href="https://www.{0}/" dir="ltr">{0}</a>', host)


@register.filter
def invoice_numbers(items: Iterable[Any]) -> SafeString:
    """« n°2026-00001, n°2026-00002 », of what a payment was for."""
    return format_html_join(", ", "n°{}", ((bdi(item.invoice.reference),) for item in items))


@register.filter
def in_language(url: str) -> str:
    """A link of a mail, to a page in the language of that mail when nobody is signed in. French needs to say nothing."""
    if is_french():
        return url
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), (LINK_LANGUAGE, active())])
    return parts._replace(query=query).geturl()


@register.filter("retold")
def retold_filter(kept: str) -> str:
    """A sentence kept in French, in the language of its reader."""
    return retold.retold(kept)
