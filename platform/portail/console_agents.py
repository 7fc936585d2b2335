"""The vendor's console, where it meets the people of a town: its agents. ``tenants`` itself knows nothing of accounts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms.accounts import AgentInvitationForm
from core.models import User
from core.views.office_agents import AgentRow, act_on, invite
from tenants.context import use_commune
from tenants.enums import CommuneStatus
from tenants.models import Commune
from tenants.views.access import vendor_required
from tenants.views.console import render_console

# Only these have tables for sure.
OPENED = (CommuneStatus.READY, CommuneStatus.SUSPENDED)


@vendor_required
@require_http_methods(["GET", "POST"])
def console_agents(request: HttpRequest, slug: str) -> HttpResponse:
    commune = get_object_or_404(Commune, slug=slug, status__in=OPENED)
    form = AgentInvitationForm(request.POST or None)
    with use_commune(commune):
        said = invite(form, by=None) if request.method == "POST" and form.is_valid() else ""
        agents = list(User.objects.agents().order_by("name", "pk"))
    if said:
        messages.success(request, said)
        return redirect("console_agents", slug)
    rows = [
        AgentRow(agent=agent, act_url=reverse("console_agent_act", args=[slug, agent.pk])) for agent in agents
    ]
    return render_console(
        request, "console/agents.html", {"commune": commune, "form": form, "rows": rows, "tz": commune.tz}
    )


@vendor_required
@require_POST
def console_agent_act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    commune = get_object_or_404(Commune, slug=slug, status__in=OPENED)
    with use_commune(commune):
        agent = get_object_or_404(User.objects.agents(), pk=pk)
        try:
            said, level = act_on(agent, request.POST.get("act", ""), by=None), messages.SUCCESS
        except DomainError as refusal:
            said, level = refusal.message, messages.ERROR
    messages.add_message(request, level, said)
    return redirect("console_agents", slug)
