"""Whom a form was made for: see core.views.resume."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.views.resume import AUTHOR, author_token

register = template.Library()


@register.simple_tag(takes_context=True)
def written_by(context: Context) -> SafeString:
    """In the form of a view that is ``refilled``."""
    return format_html('<input type="hidden" name="{}" value="{}">', AUTHOR, author_token(context["request"]))
