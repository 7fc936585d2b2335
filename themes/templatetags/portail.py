"""Tags and filters of every page. The catalogue with all states is the gallery (templates/gallery/index.html)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from core import clock, money, rich_text, words
from core.languages import ALWAYS_FRENCH, LINK_LANGUAGE, active, is_french
from themes.charts import Chart
from themes.states import STATES

register = template.Library()


@register.inclusion_tag("components/languages.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """A button a language, each in its own words; back to the same page, whatever it is. Nothing at the office's door."""
    request = context.get("request")
    if request is None or request.path.startswith(ALWAYS_FRENCH):
        return {"names": ()}
    asked = request.GET.copy()
    asked.pop(LINK_LANGUAGE, None)  # what is chosen here comes after what the link of a mail said
    kept = f"?{asked.urlencode()}" if asked and request.method == "GET" else ""
    return {"names": settings.LANGUAGES, "current": active(), "page": f"{request.path}{kept}"}


@register.simple_tag
def as_written() -> SafeString:
    """What the town wrote stays French on a page in another language: voices and browsers are told so."""
    return SafeString("" if is_french() else ' lang="fr" dir="ltr"')


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of static/icons/sprite.svg; decorative unless ``label`` says what it means."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon" {}><use href="{}#{}"></use></svg>', role, static("icons/sprite.svg"), name
    )


@register.filter
def euros(amount: Decimal) -> str:
    return money.format_euros(amount)


@register.filter
def breakable(address: str) -> SafeString:
    """A mail address that a narrow column cuts after its « @ », rather than in the middle of a word."""
    return SafeString(escape(address).replace("@", "@<wbr>"))


@register.filter
def short_date(day: date) -> str:
    return words.short_date(day)


@register.filter
def long_date(day: date) -> str:
    return words.long_date(day)


@register.filter(expects_localtime=True)
def moment(instant: datetime) -> str:
    return words.moment(instant)


@register.filter(expects_localtime=True)
def short_moment(instant: datetime) -> str:
    return words.short_moment(instant)


@register.filter(expects_localtime=True)
def deadline(instant: datetime) -> str:
    """« 14:00 » for a deadline of today, « dim. 5 mars 14:00 » for another day."""
    is_today = instant.date() == clock.today(instant.tzinfo)
    return words.clock_time(instant.time()) if is_today else words.short_moment(instant)


@register.filter
def counted(number: int, word: str) -> str:
    """``3|counted:"facture"`` → « 3 factures »."""
    return words.plural(number, word)


@register.filter
def town_initial(name: str) -> str:
    """The letter of the crest when the town has no logo: « B » for « Mairie de Bellegarde »."""
    return name.rsplit(maxsplit=1)[-1][0].upper() if name.strip() else ""


@register.filter("rich_text")
def rich_text_filter(text: str, top: int = rich_text.TOP_HEADING) -> SafeString:
    """A text of the town, ``top`` being the level of its highest heading."""
    return rich_text.rich_text(text, top=top)


@register.filter
def notice_icon(tone: str) -> str:
    return {"success": "check", "warning": "warning", "error": "warning"}.get(tone, "info")


@register.filter
def field_kind(field: BoundField) -> str:
    """How the label and the widget are laid out: a lone box, a group of boxes, or one control under its label."""
    if isinstance(field.field.widget, CheckboxInput):
        return "check"
    return "group" if field.use_fieldset else "control"


@register.filter
def has_required(form: BaseForm) -> bool:
    return any(field.field.required for field in form.visible_fields())


@register.inclusion_tag("components/status.html")
def status(code: str, word: str = "", *, compact: bool = False) -> dict[str, Any]:
    """Icon + word + colour. ``word`` replaces the usual one; ``compact`` shows the icon and keeps the word for
    screen readers and the tooltip (tables that carry a legend)."""
    state = STATES[code]
    return {"state": state, "word": word or state.word, "compact": compact}


@register.inclusion_tag("components/legend.html")
def legend(codes: str) -> dict[str, Any]:
    """The folded « Légende » of the given space-separated state codes."""
    return {"states": [STATES[code] for code in codes.split()]}


@register.simple_block_tag
def panel(content: str, title: str, *, opened: bool = False, ident: str = "") -> str:
    """A block of « Mon compte », folded by « Voir / Masquer »."""
    return render_to_string(
        "components/panel.html", {"content": content, "title": title, "opened": opened, "ident": ident}
    )


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> str:
    """``tone``: info, success, warning or error."""
    return render_to_string("components/notice.html", {"content": content, "tone": tone, "title": title})


@register.simple_block_tag
def bar(content: str, text: str, *, note: str = "", one: str = "", many: str = "") -> str:
    """The bar that stays at the bottom of its form: the sum, the deadline, the buttons. With ``one`` and ``many``
    (« repas », « présences ») the planning's script keeps the sum up to date and announces it."""
    return render_to_string(
        "components/bar.html", {"content": content, "text": text, "note": note, "one": one, "many": many}
    )


@register.simple_block_tag
def empty(content: str, icon_name: str = "calendar") -> str:
    """An empty state that teaches: a sentence, then the link that goes on."""
    return render_to_string("components/empty.html", {"content": content, "icon_name": icon_name})


@register.inclusion_tag("components/steps.html")
def steps(labels: str, current: int) -> dict[str, Any]:
    """Steps of a task, labels separated by « | »; ``current`` counts from 1."""
    return {"labels": labels.split("|"), "current": current}


@register.inclusion_tag("components/chart_columns.html")
def chart_columns(chart: Chart) -> dict[str, Any]:
    """A themes.charts.Chart along time, each point a column; its table is folded under it."""
    return {"chart": chart}


@register.inclusion_tag("components/chart_rows.html")
def chart_rows(chart: Chart) -> dict[str, Any]:
    """A themes.charts.Chart of things with a name (services, means of payment): a table with a strip a row."""
    return {"chart": chart}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page, *, prefix: str = "", anchor: str = "") -> dict[str, Any]:
    """« Afficher 5 éléments / page ». The view reads ``{prefix}page`` and ``{prefix}par`` from the query string;
    the other parameters of the address are kept."""
    own = {f"{prefix}page", f"{prefix}par"}
    query = context["request"].GET
    size = page.paginator.per_page
    return {
        "page": page,
        "size": size,
        "sizes": sorted({5, 10, 25, 50, size}),
        "size_name": f"{prefix}par",
        "kept": [(key, value) for key, values in query.lists() if key not in own for value in values],
        "anchor": anchor,
        "links": [
            (number, _address(query, {f"{prefix}page": number}, anchor) if isinstance(number, int) else "")
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
    }


@register.inclusion_tag("components/sort.html", takes_context=True)
def sort(
    context: Context, key: str, label: str, *, prefix: str = "", default: str = "", anchor: str = ""
) -> dict[str, Any]:
    """A sortable column head. The view reads ``{prefix}tri`` (``key`` or ``-key``); ``default`` is its value when absent.
    ``anchor``: the part of the page to come back to."""
    query = context["request"].GET
    current = query.get(f"{prefix}tri", default)
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    target = f"-{key}" if direction == "ascending" else key
    changes = {f"{prefix}tri": target, f"{prefix}page": None}
    return {"label": label, "direction": direction, "address": _address(query, changes, anchor)}


def _address(query: Any, changes: dict[str, Any], anchor: str) -> str:
    query = query.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}{'#' + anchor if anchor else ''}"
