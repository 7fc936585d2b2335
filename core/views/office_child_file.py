"""The child at the desk: its file, its health behind an act, the changes families ask for, and who read what."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.child_file import (
    CHILD_FIELDS,
    HEALTH_FIELDS,
    ROW_FIELDS,
    WEIGHED_FIELDS,
    Access,
    DossierField,
    FileChangeState,
    FileGroup,
    Policy,
    Value,
    fields_of,
    in_words,
)
from core.consequences import Effect
from core.errors import DomainError
from core.forms.child_file import FileForm, FromForm, RefusalForm, ResidenceForm
from core.models import Child, FileChange, HealthRecord
from core.queries.child_file import (
    CHANGE_PEOPLE,
    clear_values,
    find_changes,
    find_readings,
    pending_changes,
    reached_changes,
    row_values,
    town_choices,
)
from core.queries.reach import reached_children
from core.rights import Right
from core.services.child_file import accept_change, foresee_change, refuse_change, write_values
from core.services.health import Health, read_health
from core.views.access import RightMissingError, agent_required
from core.views.child_file import file_group
from core.views.child_file_rows import file_cards
from core.views.listing import exported, number_in, page_of, searched
from core.views.pickup_photos import keep_photos, photo_answer, photos_of
from core.words import NBSP
from tenants.context import town_timezone

# What families may see or do is no limit for an agent, who corrects names and class on a page of their own.
ALL = {field: Policy(Access.EDITABLE, is_checked=False) for field in CHILD_FIELDS if field not in ROW_FIELDS}
HISTORY = 12
CHANGE_COLUMNS = (
    "Enfant ou famille",
    "N° de dossier",
    "Rubrique",
    "Demandé le",
    "Par",
    "État",
    "Décidé le",
    "Décidé par",
)


@agent_required(right=Right.READ, scoped=True)
@never_cache
@require_safe
def agent_child(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _child(request, pk), health=None)


@agent_required(right=Right.HEALTH, scoped=True)
@never_cache
@require_POST
def agent_child_health(request: HttpRequest, pk: int) -> HttpResponse:
    """« Voir la santé »: an act, written down, that shows the page with it."""
    child = _child(request, pk)
    return _page(request, child, health=_read(request, child, "Page de l’enfant"))


def _may_book(request: HttpRequest, child: Child) -> bool:
    reach = request.rights.reach(Right.BOOK)
    return bool(reach) and Child.objects.filter(reached_children(reach), pk=child.pk).exists()


def _page(request: HttpRequest, child: Child, *, health: Health | None) -> HttpResponse:
    today = clock.today(town_timezone())
    pending = list(pending_changes(child))
    shown = [change for change in pending if health is not None or not _is_health(change)]
    choices = town_choices()
    context = {
        "child": child,
        "bookable": _may_book(request, child),
        "photo_page": "agent_child_photo",
        "cards": file_cards(ALL, clear_values(child, day=today) | (health or {}), shown, choices=choices),
        "pending": pending,
        "health_shown": health is not None,
        "has_health": HealthRecord.objects.filter(child=child).exists(),
        "meals": child.meals.select_related("meal", "recorded_by"),
        "history": child.file_changes.select_related("by", "decided_by")[:HISTORY],
        "readings": find_readings(child=child.pk)[:HISTORY],
    }
    return render(request, "agent/child.html", context)


@agent_required(right=Right.FAMILY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agent_child_file(request: HttpRequest, pk: int, group: str) -> HttpResponse:
    """What an agent writes counts at once; opening the health to correct it is a reading."""
    child, part = _child(request, pk), file_group(group)
    today = clock.today(town_timezone())
    asked = {field: ALL[field] for field in fields_of(part) if field in ALL}
    if not asked:
        raise Http404
    known: dict[DossierField, Value] = clear_values(child, day=today)
    if part == FileGroup.HEALTH:
        known |= _read(request, child, "Correction par un agent")
    sent = request.POST if request.method == "POST" else None
    now = clock.now()
    form = FileForm(
        sent,
        request.FILES if sent is not None else None,
        asked=asked,
        known=known,
        choices=town_choices(),
        photos=photos_of(child, asked),
    )
    from_form = FromForm(sent, initial={"depuis": today}) if part == FileGroup.MEAL else None
    if keep_photos(form, child=child, by=request.user, now=now) and (
        from_form is None or from_form.is_valid()
    ):
        valid_from = from_form.cleaned_data["depuis"] if from_form else today
        write_values(child=child, values=form.values(), by=request.user, now=now, valid_from=valid_from)
        messages.success(request, f"Le dossier de {child} est à jour.")
        return redirect("agent_child", child.pk)
    context = {
        "child": child,
        "group": part,
        "form": form,
        "from_form": from_form,
        "photo_page": "agent_child_photo",
    }
    return render(request, "agent/child_file.html", context)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_child_changes(request: HttpRequest) -> HttpResponse:
    """What families ask for, the oldest first. No value is shown here: some are about health."""
    search, field = searched(request.GET), request.GET.get("rubrique", "")
    state = request.GET.get("etat", "")
    state = FileChangeState(state) if state in FileChangeState.values else FileChangeState.PENDING
    field = field if field in DossierField.values else ""
    rows = find_changes(search, state=state, field=field).filter(reached_changes(request.reach))
    if state != FileChangeState.PENDING:
        rows = rows.order_by("-decided_at", "-pk")
    if file := exported(
        request.GET, name="changements", columns=CHANGE_COLUMNS, rows=rows, cells=_change_row
    ):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "state": state,
        "states": FileChangeState.choices,
        "field": field,
        "fields": DossierField.choices,
    }
    return render(request, "agent/child_changes.html", context)


@agent_required(right=Right.READ, acting=Right.FAMILY, scoped=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agent_child_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change, before and after. Decided, it leads to the next one that waits, or back to the family."""
    rows = FileChange.objects.select_related(*CHANGE_PEOPLE)
    change = get_object_or_404(rows, reached_changes(request.reach), pk=pk)
    _may_read(request, change)
    today = clock.today(town_timezone())
    decision = request.POST.get("decision") if request.method == "POST" else None
    terms = _terms(change, request.POST if decision == "accepter" else None, today)
    refusal = RefusalForm(request.POST if decision == "refuser" else None)
    decided = (decision == "accepter" and _accepted(request, change, terms, today)) or (
        decision == "refuser" and _refused(request, change, refusal)
    )
    if decided and request.GET.get("retour") == "famille":
        return redirect("agent_family", change.family.pk)
    if decided:
        following = find_changes().filter(reached_changes(request.reach)).first()
        return redirect("agent_child_change", following.pk) if following else redirect("agent_child_changes")
    choices = town_choices()
    context = {
        "change": change,
        "photo_page": "agent_child_photo",
        "is_pending": change.state == FileChangeState.PENDING,
        "before": in_words(DossierField(change.field), _before(request, change, today), choices=choices),
        "after": in_words(DossierField(change.field), change.after, choices=choices),
        "effects": _effects(change),
        "bookable": change.child is not None and _may_book(request, change.child),
        "terms": terms,
        "refusal": refusal,
    }
    return render(request, "agent/child_change.html", context)


def _effects(change: FileChange) -> list[Effect] | None:
    """What accepting a change of age or class would do; None where nothing depends on it."""
    if change.state != FileChangeState.PENDING or change.field not in WEIGHED_FIELDS:
        return None
    try:
        return foresee_change(change=change, now=clock.now())
    except DomainError as error:
        return [
            Effect(title="Ce changement ne peut pas être accepté", lines=(error.message,), is_warning=True)
        ]


def _terms(change: FileChange, sent: QueryDict | None, today: date) -> FromForm | ResidenceForm | None:
    """What an agent says while accepting: from which day a diet counts, whether a new address is in the town."""
    if change.field == DossierField.MEAL:
        return FromForm(sent, initial={"depuis": today})
    if change.field == DossierField.ADDRESS:
        return ResidenceForm(sent, initial={"habite": change.family.is_resident})
    return None


def _may_read(request: HttpRequest, change: FileChange) -> None:
    """A change of health shows health: reading files is not enough. Raises RightMissingError."""
    if _is_health(change):
        reach = request.rights.reach(Right.HEALTH)
        if not Child.objects.filter(reached_children(reach), pk=change.child_id).exists():
            raise RightMissingError(Right.HEALTH, elsewhere=bool(reach))


def _before(request: HttpRequest, change: FileChange, today: date) -> Value:
    """What the change replaces: what is known now, while it waits. Seeing a field of health is a reading."""
    if change.state != FileChangeState.PENDING:
        known = {DossierField(change.field): change.before}
    else:
        owner = change.owner
        known = row_values(owner)
        if isinstance(owner, Child):
            known |= clear_values(owner, day=today)
    if change.child and _is_health(change):
        opened = _read(request, change.child, f"Changement demandé{NBSP}: {change.get_field_display()}")
        known = opened | known
    return known.get(DossierField(change.field), [])


def _accepted(
    request: HttpRequest, change: FileChange, terms: FromForm | ResidenceForm | None, today: date
) -> bool:
    if terms and not terms.is_valid():
        return False
    said = terms.cleaned_data if terms else {}
    return _decide(
        request,
        f"{change.get_field_display()} de {change.owner}{NBSP}: enregistré.",
        lambda: accept_change(
            change=change,
            by=request.user,
            now=clock.now(),
            valid_from=said.get("depuis", today),
            is_resident=said.get("habite"),
        ),
    )


def _refused(request: HttpRequest, change: FileChange, form: RefusalForm) -> bool:
    return form.is_valid() and _decide(
        request,
        f"{change.get_field_display()} de {change.owner}{NBSP}: refusé. La famille est prévenue.",
        lambda: refuse_change(
            change=change, reason=form.cleaned_data["motif"], by=request.user, now=clock.now()
        ),
    )


def _decide(request: HttpRequest, told: str, act: Callable[[], None]) -> bool:
    """A change that somebody else decided meanwhile is told, and left."""
    try:
        act()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return True


@agent_required(right=Right.STAFF)
@require_safe
def agent_child_readings(request: HttpRequest) -> HttpResponse:
    """Who was shown the health of which child, when and where."""
    search, child = searched(request.GET), number_in(request.GET, "enfant")
    rows = find_readings(search, child=child)
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "child": Child.objects.filter(pk=child).first() if child else None,
    }
    return render(request, "agent/child_readings.html", context)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_child_photo(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    return photo_answer(_child(request, pk), token)


def _child(request: HttpRequest, pk: int) -> Child:
    rows = Child.objects.select_related("household", "school")
    return get_object_or_404(rows, reached_children(request.reach), pk=pk)


def _read(request: HttpRequest, child: Child, place: str) -> Health:
    """Logged even when nothing is known yet: somebody looked."""
    opened = read_health(
        children=[child.pk], looked_at=[child.pk], by=request.user, place=place, now=clock.now()
    )
    return opened.get(child.pk, {})


def _is_health(change: FileChange) -> bool:
    return change.field in HEALTH_FIELDS


def _change_row(change: FileChange) -> tuple[object, ...]:
    """No value is told: some are about health."""
    return (
        change.owner,
        change.family.number,
        change.get_field_display(),
        change.at,
        change.by,
        change.get_state_display(),
        change.decided_at,
        change.decided_by,
    )
