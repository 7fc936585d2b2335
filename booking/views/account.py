"""« Mon compte »."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.views.ledger import regie_blocks
from booking.queries.coming import coming
from booking.queries.offer import choices_for
from booking.views.awaited import awaited
from booking.views.lists import reservation_table
from core import clock
from core.models import CommuneSettings
from core.queries.child_file import incomplete_children, incomplete_households, shown_fields
from core.queries.menus import menus_on
from core.views.access import family_required, own_children
from tenants.context import town_timezone


@family_required
def account(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    today = now.astimezone(town_timezone()).date()
    household = request.user.guardian.household
    children = own_children(request)
    choices = choices_for(children, now=now)
    manages = request.user.guardian.is_manager
    incomplete = incomplete_children([child.pk for child in children], day=today)
    blocks = regie_blocks(household, request.GET) if manages else []
    return render(
        request,
        "account/home.html",
        {
            "household": household,
            "manages": manages,
            "awaited": awaited(
                household,
                accounts=[block.summary for block in blocks],
                unfinished=[child for child in children if child.pk in incomplete and not child.is_shared],
                family_unfinished=bool(incomplete_households([household.pk])),
                now=now,
            )
            if manages
            else [],
            "coming": coming(household, today=today),
            "children": [(child, choices[child.pk]) for child in children],
            "shown": shown_fields(),
            "incomplete_files": incomplete,
            "settings": CommuneSettings.objects.get(),
            "meals_today": menus_on(today, list({child.school for child in children if child.school})),
            "regie_blocks": blocks,
            "table": reservation_table(household, request.GET),
        },
    )
