"""« Dossier de Jade »: what the town knows of a child, and what its family changes or asks to change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.child_file import CHILD_GROUPS, HEALTH_FIELDS, DossierField, FileGroup, Policy, Value, fields_of
from core.forms.child_file import FileForm
from core.models import Child, User
from core.queries.child_file import (
    clear_values,
    field_policies,
    last_refusals,
    missing_fields,
    offered_choices,
    pending_changes,
    row_values,
    town_choices,
)
from core.services.child_file import Proposed, propose_changes
from core.services.health import read_health
from core.views.access import family_required
from core.views.child_file_rows import file_cards
from core.views.pickup_photos import keep_photos, photo_answer, photos_of
from core.words import NBSP, and_list
from tenants.context import town_timezone

PLACE = f"Dossier de l’enfant{NBSP}: page de la famille"


@family_required
@never_cache
@require_safe
def child_file(request: HttpRequest, child_id: int) -> HttpResponse:
    child = _own_child(request, child_id)
    policies = field_policies()
    values = _values(child, policies, by=request.user)
    pending = list(pending_changes(child))
    missing = missing_fields(
        values, policies=policies, asked=[DossierField(change.field) for change in pending]
    )
    changes = [*last_refusals(child), *pending]
    context = {
        "child": child,
        "photo_page": "child_photo",
        "cards": file_cards(policies, values, changes, choices=town_choices(), missing=missing),
        "missing": missing,
    }
    return render(request, "child_file/file.html", context)


@family_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def child_file_edit(request: HttpRequest, child_id: int, group: str) -> HttpResponse:
    child = _own_child(request, child_id)
    part = file_group(group)
    policies = field_policies()
    asked = {field: policies[field] for field in fields_of(part) if policies[field].is_editable}
    if not asked:
        raise Http404
    known = _values(child, asked, by=request.user)
    # What waits is what the family last wrote: it goes on from there.
    known |= {
        DossierField(change.field): change.after
        for change in pending_changes(child)
        if DossierField(change.field) in asked
    }
    now = clock.now()
    form = FileForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        asked=asked,
        known=known,
        choices=offered_choices(known),
        photos=photos_of(child, asked),
    )
    if keep_photos(form, child=child, by=request.user, now=now):
        today = clock.today(town_timezone())
        done = propose_changes(owner=child, values=form.values(), by=request.user, now=now, today=today)
        tell_proposed(
            request, done, updated=_("Le dossier de %(child)s est à jour.") % {"child": child.first_name}
        )
        return redirect("child_file", child.pk)
    context = {"child": child, "group": part, "form": form, "photo_page": "child_photo"}
    return render(request, "child_file/edit.html", context)


@family_required
@require_safe
def child_photo(request: HttpRequest, child_id: int, token: str) -> HttpResponse:
    """The face of somebody who may fetch this child, where the town shows it to families."""
    child = _own_child(request, child_id)
    if not field_policies()[DossierField.PICKUPS].is_visible:
        raise Http404
    return photo_answer(child, token)


def file_group(group: str) -> FileGroup:
    """A part of a child's page. Raises Http404."""
    if group not in CHILD_GROUPS:
        raise Http404
    return FileGroup(group)


def _own_child(request: HttpRequest, child_id: int) -> Child:
    mine = request.user.guardian.household.children.select_related("school")
    return get_object_or_404(mine, pk=child_id)


def _values(child: Child, policies: dict[DossierField, Policy], *, by: User) -> dict[DossierField, Value]:
    """What this page shows; health is opened only where one of its fields is visible."""
    values = row_values(child) | clear_values(child, day=clock.today(town_timezone()))
    if any(policy.is_visible for field, policy in policies.items() if field in HEALTH_FIELDS):
        values |= read_health(children=[child.pk], by=by, place=PLACE, now=clock.now()).get(child.pk, {})
    return values


def tell_proposed(request: HttpRequest, done: Proposed, *, updated: str) -> None:
    """``updated``: said of what counts at once."""
    if done.applied:
        messages.success(request, updated)
    if done.waiting:
        fields = and_list([f"«{NBSP}{change.get_field_display()}{NBSP}»" for change in done.waiting])
        messages.info(
            request,
            _(
                "%(fields)s : votre demande est transmise au service. Vous recevrez un courriel quand il l’aura étudiée."
            )
            % {"fields": fields},
        )
    if not (done.applied or done.waiting):
        messages.info(request, _("Rien n’a changé."))
