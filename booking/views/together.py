"""Several children on one screen: which ones and for what, then their plannings side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.enums import PaymentMode
from booking.errors import NothingToCopyError
from booking.forms import Copy, PageForm, TicksForm
from booking.models import BookingDraft, Period
from booking.queries.offer import Choice, choices_for, periods
from booking.services.copies import copy_to
from booking.services.drafts import draft_wishes
from booking.views.grid import build_grid, waiting_list_of
from booking.views.journey import Journey
from booking.views.planning import PERIODS, RECAP
from booking.views.sheets import Sheet, read_sheet, repeat_page, save_sheet, sum_of, tell
from booking.views.windows import WHOLE_YEAR, shows_weeks, window_for
from core import clock
from core.models import Child, Household
from core.queries.custody import children_of
from core.views.access import family_required
from core.views.resume import resumed
from tenants.context import town_timezone

# More plannings than this on one page help nobody, and each costs its queries.
MOST = 8


@dataclass(frozen=True, kw_only=True)
class Together:
    """The plannings that an address names by « avec », in the order of the children."""

    journeys: Sequence[Journey]

    def url(self, name: str, **more: object) -> str:
        keys = [journey.key for journey in self.journeys]
        return f"{reverse(name)}?{urlencode({'avec': keys} | more, doseq=True)}"


def together_of(household: Household, query: QueryDict) -> Together:
    """Three queries. Raises Http404 for a child of another household and for a period that does not exist."""
    keys = dict.fromkeys(query.getlist("avec"))
    pairs = [_pair(key) for key in keys][:MOST]
    children = {child.pk: child for child in _children(household)}
    named = {period.code: period for period in periods().filter(code__in={code for _, code in pairs})}
    if any(child not in children or code not in named for child, code in pairs):
        raise Http404
    journeys = [
        Journey(child=children[child], period=named[code], tz=town_timezone()) for child, code in pairs
    ]
    order = list(children)
    journeys.sort(key=lambda journey: (order.index(journey.child.pk), journey.period.code))
    drafts = {(draft.child_id, draft.period_id): draft for draft in _drafts(journeys)}
    for journey in journeys:
        journey.draft = drafts.get((journey.child.pk, journey.period.pk))
    return Together(journeys=journeys)


def _pair(key: str) -> tuple[int, str]:
    child, _, code = key.partition(".")
    if not child.isdecimal() or len(child) > 9:
        raise Http404
    return int(child), code


def _children(household: Household) -> list[Child]:
    return children_of(household, on=clock.today(town_timezone()))


def _drafts(journeys: Sequence[Journey]) -> list[BookingDraft]:
    return list(
        BookingDraft.objects.filter(
            child__in={journey.child.pk for journey in journeys},
            household__in={journey.child.household_id for journey in journeys},
            period__in={journey.period.pk for journey in journeys},
        )
    )


@family_required
def booking_together(request: HttpRequest) -> HttpResponse:
    """« Plusieurs enfants à la fois »: one period for all in one press, or each child its own."""
    children = _children(request.user.guardian.household)
    if len(children) < 2:
        return redirect("booking_child")
    choices = choices_for(children, now=clock.now())
    chosen = set(request.GET.getlist("avec"))
    context = {
        "shared": _shared(children, choices),
        "children": [
            (child, [(f"{child.pk}.{one.period.code}", one) for one in choices[child.pk]])
            for child in children
        ],
        "chosen": chosen,
        "any_open": any(not one.obstacle for own in choices.values() for one in own),
    }
    return render(request, "booking/together.html", context)


def _shared(
    children: Sequence[Child], choices: dict[int, list[Choice]]
) -> list[tuple[Period, list[Child], str]]:
    """The periods that several children may book now, with these children and the address of their plannings."""
    who: dict[Period, list[Child]] = {}
    for child in children:
        for choice in choices[child.pk]:
            if not choice.obstacle:
                who.setdefault(choice.period, []).append(child)
    return [
        (period, group, urlencode({"avec": [f"{child.pk}.{period.code}" for child in group]}, doseq=True))
        for period, group in who.items()
        if len(group) > 1
    ]


@resumed
@family_required
def booking_together_planning(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    together = together_of(request.user.guardian.household, request.POST or request.GET)
    if not together.journeys:
        messages.warning(request, _("Cochez au moins une période à réserver."))
        return redirect("booking_together")
    if request.method == "POST":
        return _save(request, together, now)
    sheets = [read_sheet(journey, now=now) for journey in together.journeys]
    open_sheets = [sheet for sheet in sheets if not sheet.planning.obstacles]
    tz = together.journeys[0].tz
    today = now.astimezone(tz).date()
    plannings = [sheet.planning for sheet in open_sheets]
    window = window_for(plannings, request.GET.get("vue", ""), today=today)
    if window is None:
        for sheet in sheets:
            why = "\u00a0; ".join(sheet.planning.obstacles) or _("aucun jour n’est encore ouvert")
            messages.warning(request, f"{sheet.journey.child.first_name}\u00a0: {why}.")
        return redirect("booking_together")
    for sheet in open_sheets:
        if window.days_of(sheet.planning):
            prefix = f"{sheet.journey.prefix}-"
            sheet.grid = build_grid(sheet.planning, window, sheet.selection, today=today, prefix=prefix)
            others = {one.journey.child for one in open_sheets} - {sheet.journey.child}
            sheet.others = sorted(others, key=lambda child: child.first_name)
    context = {
        "together": together,
        "sheets": sheets,
        "window": window,
        "grid": next(sheet.grid for sheet in open_sheets if sheet.grid),
        "by_week": shows_weeks(plannings),
        "whole_year": WHOLE_YEAR,
        "recap_step": RECAP,
        "period_step": PERIODS,
        "has_waiting_list": any(journey.period.has_waiting_list for journey in together.journeys),
        "is_prepaid": any(journey.period.payment == PaymentMode.PREPAID for journey in together.journeys),
        **sum_of(open_sheets, shown=window.dates, tz=tz),
    }
    return render(request, "booking/together_planning.html", context)


def _save(request: HttpRequest, together: Together, now: datetime) -> HttpResponse:
    page = PageForm(request.POST)
    forms = [(journey, TicksForm(request.POST, prefix=journey.prefix)) for journey in together.journeys]
    sent = [(journey, form) for journey, form in forms if form.add_prefix("du") in request.POST]
    if not page.is_valid() or not sent or not all(form.is_valid() for _, form in sent):
        messages.error(
            request, _("Le planning n’est pas arrivé en entier. Vérifiez vos choix et recommencez.")
        )
        return redirect(together.url("booking_together_planning"))
    for journey, form in sent:
        save_sheet(journey, form, by=request.user, now=now)
    if request.htmx:
        sheets = [read_sheet(journey, now=now) for journey, _ in sent]
        shown = (min(form.dates()[0] for _, form in sent), max(form.dates()[1] for _, form in sent))
        tz = together.journeys[0].tz
        return render(request, "booking/_sum.html", sum_of(sheets, shown=shown, tz=tz))
    here = page.cleaned_data["vue"]
    target = page.cleaned_data["aller"] or here  # without a button: the browser saved, its session had ended
    stays = [journey for journey, form in sent if form.day_pick() or form.cleaned_data["copier"]]
    for journey, form in sent:
        if act := form.cleaned_data["copier"]:
            _copy(request, together, journey, act=Copy(act), here=here)
    return _go(together, here if stays else target, here)


def _go(together: Together, target: str, here: str) -> HttpResponse:
    if target == RECAP:
        return redirect(together.url("booking_together_recap", vue=here))
    if target == PERIODS:
        return redirect(together.url("booking_together"))
    if to_list := waiting_list_of(target):
        return to_list
    return redirect(together.url("booking_together_planning", vue=target))


def _copy(request: HttpRequest, together: Together, journey: Journey, *, act: Copy, here: str) -> None:
    now = clock.now()
    sheets: dict[str, Sheet] = {one.key: read_sheet(one, now=now) for one in together.journeys}
    source = sheets.pop(journey.key)
    if act == Copy.BEFORE:
        plannings = [sheet.planning for sheet in (source, *sheets.values())]
        window = window_for(plannings, here, today=now.astimezone(journey.tz).date())
        repeat_page(request, source, journey.draft, window, now=now)
        return
    wishes = draft_wishes(journey.draft) if journey.draft else {}
    for sheet in sheets.values():
        if sheet.journey.child == journey.child:
            continue
        try:
            copied = copy_to(
                source=source.planning, wishes=wishes, target=sheet.planning, by=request.user, now=now
            )
        except NothingToCopyError as error:
            messages.warning(request, error.message)
            return
        tell(
            request,
            copied,
            whose=sheet.journey.child.first_name,
            like=_("comme %(name)s") % {"name": journey.child.first_name},
        )
