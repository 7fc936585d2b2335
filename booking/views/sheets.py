"""One planning as a page shows it and saves it, alone or beside those of brothers and sisters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.errors import NothingToCopyError
from booking.forms import TicksForm
from booking.models import BookingDraft
from booking.queries.planning import Planning, load_planning
from booking.services.copies import Copied, repeat_days
from booking.services.drafts import pick_days, save_draft
from booking.views.grid import Grid
from booking.views.journey import Journey
from booking.views.selection import Selection, deadline_of, elsewhere_of, read_selection, summary_of
from booking.views.windows import Window
from core.models import Child, User
from core.words import NBSP, counted, counted_forms

TOLD = 6  # sentences of a message: a page that lists sixty days is not read


@dataclass(kw_only=True)
class Sheet:
    """``grid`` is None where the page has no day of this planning, or the child may not book it."""

    journey: Journey
    planning: Planning
    selection: Selection
    grid: Grid | None = None
    others: Sequence[Child] = ()  # whom this page can copy its days to


def read_sheet(journey: Journey, *, now: datetime) -> Sheet:
    planning = load_planning(child=journey.child, period=journey.period, now=now)
    return Sheet(journey=journey, planning=planning, selection=read_selection(planning, journey.draft))


def sum_of(sheets: Sequence[Sheet], *, shown: tuple[date, date], tz: ZoneInfo) -> dict[str, object]:
    """What _sum.html says of all that is ticked, on the days ``shown`` and on the others."""
    selections = [sheet.selection for sheet in sheets]
    deadline = deadline_of([sheet.planning for sheet in sheets], selections)
    asked = any(selection.additions for selection in selections)
    return {
        "summary": summary_of(selections),
        "elsewhere": elsewhere_of(selections, shown),
        "deadline": deadline and deadline.astimezone(tz),
        "is_asked": asked,
        # The browser goes on counting by itself.
        "asked_words": counted_forms("présence", "présences"),
        "cancelled_words": counted_forms("annulation", "annulations"),
    }


def save_sheet(journey: Journey, form: TicksForm, *, by: User, now: datetime) -> None:
    """Keep what is ticked, and do the automatic selection that was pressed, if one was."""
    draft = save_draft(child=journey.child, period=journey.period, ticks=form.ticks(), by=by, now=now)
    if pick := form.day_pick():
        draft = pick_days(
            draft=draft,
            planning=load_planning(child=journey.child, period=journey.period, now=now),
            stage_id=pick.stage_id,
            weekdays=pick.weekdays,
            dates=journey.period.dates if pick.whole_period else form.dates(),
            tick=pick.tick,
            by=by,
            now=now,
        )
    journey.draft = draft


def repeat_page(
    request: HttpRequest, sheet: Sheet, draft: BookingDraft | None, window: Window | None, *, now: datetime
) -> None:
    """« Reprendre le mois dernier »: the page before, weekday by weekday. Says what it did."""
    before = window and window.before
    if before is None:
        messages.warning(request, _("Il n’y a pas de page précédente à reprendre."))
        return
    try:
        copied = repeat_days(
            planning=sheet.planning,
            draft=draft,
            source=before.dates,
            target=window.dates,
            by=request.user,
            now=now,
        )
    except NothingToCopyError as error:
        messages.warning(request, f"{before.title}{NBSP}: {error.message}")
        return
    tell(
        request,
        copied,
        whose=sheet.journey.child.first_name,
        like=_("repris de : %(page)s") % {"page": before.title},
    )


def tell(request: HttpRequest, copied: Copied, *, whose: str, like: str) -> None:
    """What a copy ticked, and what it could not."""
    if copied.ticked:
        done = counted(copied.ticked, "jour coché", "jours cochés")
    else:
        done = _("rien de nouveau à cocher")
    messages.success(request, f"{whose}{NBSP}: {done}, {like}.")
    if not copied.left_out:
        return
    told = list(copied.left_out[:TOLD])
    if more := len(copied.left_out) - TOLD:
        told += [_("et %(others)s") % {"others": counted(more, "autre", "autres")}] if more > 0 else []
    left_out = _("%(name)s, non copié : %(days)s.") % {"name": whose, "days": f"{NBSP}; ".join(told)}
    messages.warning(request, left_out)
