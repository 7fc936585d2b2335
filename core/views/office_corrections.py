"""Correcting a family's file at the desk: address, adults, children. One page a subject, back to the family."""

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import DomainError
from core.forms.corrections import GuardianCorrectionForm, HouseholdCorrectionForm
from core.forms.families import ChildForm
from core.models import Child, Guardian, Household
from core.rights import Right
from core.services.child_moves import COLUMNS, foresee_move
from core.services.corrections import (
    NewAddress,
    add_child,
    correct,
    correct_child,
    correct_guardian,
    remove_guardian,
)
from core.views.access import agent_required

UNCHANGED = "Rien n’a changé."


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_family_edit(request: HttpRequest, pk: int) -> HttpResponse:
    household = _household(pk)
    form = HouseholdCorrectionForm(request.POST or None, instance=household)
    if request.method == "POST" and form.is_valid():
        changed = correct(
            row=form.save(commit=False), fields=form.changed_data, by=request.user, now=clock.now()
        )
        messages.success(request, "Le dossier est à jour." if changed else UNCHANGED)
        return redirect("agent_family", pk)
    return _page(
        request,
        household,
        form,
        title="Modifier le dossier",
        lead="L’adresse compte aussitôt. « Habite la commune » change les prix des prochaines réservations ; ce qui est réservé garde le sien.",
    )


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_guardian_edit(request: HttpRequest, pk: int) -> HttpResponse:
    guardian = get_object_or_404(Guardian.objects.select_related("household", "user"), pk=pk)
    title, lead = f"Modifier {guardian}", _address_lead(guardian)
    form = GuardianCorrectionForm(request.POST or None, instance=guardian)
    if request.method == "POST" and form.is_valid() and (said := _corrected(request, form)):
        messages.success(request, said)
        return redirect("agent_family", guardian.household_id)
    return _page(request, guardian.household, form, title=title, lead=lead, guardian=guardian)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_guardian_remove(request: HttpRequest, pk: int) -> HttpResponse:
    guardian = get_object_or_404(Guardian.objects.select_related("household", "user"), pk=pk)
    household, name = guardian.household_id, str(guardian)
    try:
        remove_guardian(guardian=guardian, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{name} n’est plus dans ce dossier.")
    return redirect("agent_family", household)


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_child_new(request: HttpRequest, pk: int) -> HttpResponse:
    """``pk`` is the household's."""
    household = _household(pk)
    form = ChildForm(request.POST or None, initial={"last_name": household.name})
    if request.method == "POST" and form.is_valid():
        child = form.save(commit=False)
        try:
            add_child(child=child, household=household, by=request.user, now=clock.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, f"{child} est dans le dossier. Inscrivez-le aux activités qui le demandent."
            )
            return redirect("agent_child", child.pk)
    return _page(request, household, form, title="Ajouter un enfant", lead="")


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_child_edit(request: HttpRequest, pk: int) -> HttpResponse:
    child = get_object_or_404(Child.objects.select_related("household"), pk=pk)
    title = f"Modifier {child}"
    form = ChildForm(request.POST or None, instance=child)
    if request.method == "POST" and form.is_valid():
        _correct_child(request, form)
        return redirect("agent_child", pk)
    return _page(
        request,
        child.household,
        form,
        title=title,
        lead="L’école, le niveau et la classe décident de ce que l’enfant peut réserver.",
        child=child,
    )


def _correct_child(request: HttpRequest, form: ChildForm) -> None:
    """Save, and say what it does to what is booked."""
    child, now = form.save(commit=False), clock.now()
    columns = {name: getattr(child, name) for name in form.changed_data if name in COLUMNS}
    effects = foresee_move(child=child, columns=columns, now=now) if columns else []
    changed = correct_child(child=child, fields=form.changed_data, by=request.user, now=now)
    said = f"{child} : le dossier est à jour." if changed else UNCHANGED
    if columns:
        said += " Ce qui est déjà réservé le reste : annulez-le s’il ne convient plus."
    messages.success(request, said)
    for effect in effects:
        tell = messages.warning if effect.is_warning else messages.info
        tell(request, f"{effect.title} – {' '.join(effect.lines)}")


def _corrected(request: HttpRequest, form: GuardianCorrectionForm) -> str:
    """What to say of a valid form once it is saved; nothing once the form says why it is not."""
    guardian = form.save(commit=False)
    try:
        address = correct_guardian(
            guardian=guardian, fields=form.changed_data, by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        form.add_error("email", refusal.message)
        return ""
    said = {
        NewAddress.KEPT: "",
        NewAddress.INVITED: f" Un nouveau lien d’activation part vers {guardian.email}.",
        NewAddress.TO_CONFIRM: f" Un lien part vers {guardian.email} : l’identifiant change quand la personne l’ouvre.",
    }
    return f"{guardian} : le dossier est à jour.{said[address]}" if form.changed_data else UNCHANGED


def _address_lead(guardian: Guardian) -> str:
    if guardian.user is None:
        return ""
    if guardian.user.is_activated:
        return "L’adresse mail est son identifiant : la nouvelle compte quand la personne a ouvert le lien que nous y envoyons."
    return "Le compte n’est pas encore activé : à une nouvelle adresse, le lien d’activation repart aussitôt."


def _household(pk: int) -> Household:
    return get_object_or_404(Household, pk=pk, merged_into=None)


def _page(
    request: HttpRequest, household: Household, form: ModelForm, *, title: str, lead: str, **more: object
) -> HttpResponse:
    context = {"household": household, "form": form, "title": title, "lead": lead} | more
    return render(request, "agent/correction.html", context)
