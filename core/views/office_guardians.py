"""The adults of a file, at the desk: one more, and what each may do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core import clock
from core.errors import DomainError
from core.forms.guardians import GuardianRoleForm, InviteGuardianForm
from core.guardian_roles import GuardianRole
from core.models import Guardian, Household
from core.rights import Right
from core.services.guardians import change_role, invite_guardian
from core.views.access import agent_required


@agent_required(right=Right.FAMILY)
@require_POST
def agent_guardian_role(request: HttpRequest, pk: int) -> HttpResponse:
    guardian = get_object_or_404(Guardian, pk=pk)
    form = GuardianRoleForm(request.POST)
    if form.is_valid():
        role = GuardianRole(form.cleaned_data["role"])
        try:
            change_role(
                guardian=guardian,
                role=role,
                is_payer=form.cleaned_data["is_payer"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, f"Le rôle de {guardian} est enregistré.")
        except DomainError as refusal:
            messages.error(request, refusal.message)
    return redirect("agent_family", guardian.household_id)


@agent_required(right=Right.FAMILY)
def agent_guardian_add(request: HttpRequest, pk: int) -> HttpResponse:
    household = get_object_or_404(Household, pk=pk, merged_into=None)
    form = InviteGuardianForm(request.POST or None, initial={"role": GuardianRole.MANAGER})
    if request.method == "POST" and form.is_valid():
        guardian = form.save(commit=False)
        try:
            sent = invite_guardian(guardian=guardian, household=household, by=request.user, now=clock.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            if sent:
                messages.success(
                    request, f"{guardian} est au dossier : le lien d’activation part vers {guardian.email}."
                )
            elif guardian.role == GuardianRole.PICKUP:
                messages.success(request, f"{guardian} est au dossier.")
            else:
                messages.warning(
                    request,
                    f"{guardian} est au dossier, sans compte : {guardian.email} a déjà un compte ailleurs.",
                )
            return redirect("agent_family", household.pk)
    return render(request, "agent/guardian_add.html", {"household": household, "form": form})
