"""« Mes informations »: what a family changes or asks to change of its address and of its adults."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.child_file import FAMILY_FIELDS, DossierField, FileChangeState, FileGroup, fields_of
from core.forms.child_file import FileForm
from core.models import Guardian, Household, User
from core.queries.child_file import (
    counts_for_file,
    family_changes,
    field_policies,
    missing_fields,
    pending_changes,
    row_values,
)
from core.services.child_file import propose_changes
from core.views.access import family_required
from core.views.child_file import tell_proposed
from core.views.child_file_rows import FileRow, file_cards
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a page shows of a home or of one of its adults; ``rows``: the visible fields, by name."""

    of: Household | Guardian
    rows: dict[str, FileRow]
    is_editable: bool


def family_parts(household: Household, guardians: Iterable[Guardian], *, by: User) -> tuple[Part, list[Part]]:
    """The home, then each adult, with what waits and what was refused, as ``by`` may change them. Two queries."""
    policies = field_policies(FAMILY_FIELDS)
    changes = family_changes(household)

    def part(of: Household | Guardian, key: int | None, *, may_edit: bool) -> Part:
        group = FileGroup.HOME if key is None else FileGroup.ADULT
        own = {field: policies[field] for field in fields_of(group)}
        values, changed = row_values(of), changes.get(key, [])
        waiting = [DossierField(one.field) for one in changed if one.state == FileChangeState.PENDING]
        wanted = not isinstance(of, Guardian) or counts_for_file(of)
        missing = missing_fields(values, policies=own, asked=waiting) if wanted else []
        cards = file_cards(own, values, changed, choices={}, missing=missing)
        return Part(
            of=of,
            rows={row.field.value: row for card in cards for row in card.rows},
            is_editable=may_edit and any(card.is_editable for card in cards),
        )

    return part(household, None, may_edit=by.guardian.is_manager), [
        part(one, one.pk, may_edit=_may_edit(by, one)) for one in guardians
    ]


@family_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def family_home_edit(request: HttpRequest) -> HttpResponse:
    return _edit(request, request.user.guardian.household, FileGroup.HOME)


@family_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def family_adult_edit(request: HttpRequest, guardian_id: int) -> HttpResponse:
    for guardian in request.user.guardian.household.guardians.filter(pk=guardian_id):
        if _may_edit(request.user, guardian):
            return _edit(request, guardian, FileGroup.ADULT)
    raise Http404


def _may_edit(by: User, guardian: Guardian) -> bool:
    """Oneself, and those of the file who have no account to do it themselves."""
    return by.guardian.is_manager and guardian.user_id in {None, by.pk}


def _edit(request: HttpRequest, owner: Household | Guardian, group: FileGroup) -> HttpResponse:
    policies = field_policies(fields_of(group))
    asked = {field: policy for field, policy in policies.items() if policy.is_editable}
    if not asked:
        raise Http404
    # What waits is what the family last wrote: it goes on from there.
    known = row_values(owner) | {
        DossierField(change.field): change.after for change in pending_changes(owner)
    }
    form = FileForm(request.POST if request.method == "POST" else None, asked=asked, known=known, choices={})
    if request.method == "POST" and form.is_valid():
        done = propose_changes(
            owner=owner,
            values=form.values(),
            by=request.user,
            now=clock.now(),
            today=clock.today(town_timezone()),
        )
        tell_proposed(request, done, updated=_("Vos informations sont à jour."))
        return redirect("account_info")
    return render(request, "account/info_edit.html", {"owner": owner, "group": group, "form": form})
