"""Invoice campaigns as the desk makes them: list, new, draft and its households, issue."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.enums import CampaignState, Outcome
from billing.forms_campaigns import CampaignForm, DropForm, LineForm, month_before
from billing.models import Campaign, Draft
from billing.queries.campaigns import campaign_figures
from billing.queries.reach import within
from billing.services import campaigns
from billing.views.reach import own_regies
from core import clock
from core.errors import DomainError
from core.queries.families import find_households
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of, searched
from core.words import month_title, plural
from tenants.context import town_timezone

ORDERS = {
    "campagne": ("label", "pk"),
    "cree": ("created_at", "pk"),
    "jours": ("first_date", "pk"),
    "echeance": ("due_on", "pk"),
    "etat": ("state", "-created_at", "pk"),
}
COLUMNS = ("Campagne", "Régie", "Du", "Au", "Corrective", "Factures du", "Échéance", "État", "Documents", "Créée le", "Émise le")  # fmt: skip
DRAFT_COLUMNS = ("N° de dossier", "Dossier", "Lignes", "Écartées", "Total", "Suite", "Document")
DRAFT_ORDERS = {"dossier": ("household__name", "pk"), "total": ("total", "pk"), "suite": ("outcome", "pk")}
DONE = {
    "calculer": "Le brouillon est recalculé.",
    "emettre": "Les factures sont en cours d’émission.",
    "abandonner": "Campagne abandonnée : ses lignes restent à facturer.",
}


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_campaigns(request: HttpRequest) -> HttpResponse:
    found = (
        Campaign.objects.filter(within(request.reach, "regie"))
        .select_related("regie")
        .annotate(documents=Count("drafts", filter=Q(drafts__invoice__isnull=False)))
    )
    rows = ordered(found, request.GET, ORDERS, default="-cree")
    if file := exported(request.GET, name="campagnes", columns=COLUMNS, rows=rows, cells=_campaign_row):
        return file
    return render(request, "agent/campaigns/list.html", {"page": page_of(rows, request.GET)})


@agent_required(right=Right.INVOICE, scoped=True)
def agent_campaign_new(request: HttpRequest) -> HttpResponse:
    form = CampaignForm(request.POST or None, initial=_usual_terms(), regies=own_regies(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            campaign = campaigns.open_campaign(
                regie=data["regie"],
                label=data["libelle"],
                first_date=data["du"],
                last_date=data["au"],
                groups=data["services"],
                corrective=data["corrective"],
                issued_on=data["facture"],
                published_on=data["publication"],
                due_on=data["echeance"] or data["publication"] + timedelta(days=data["regie"].payment_days),
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("agent_campaign", campaign.pk)
    return render(request, "agent/campaigns/new.html", {"form": form})


def _usual_terms() -> dict[str, Any]:
    today = clock.today(town_timezone())
    first, last = month_before(today)
    return {
        "libelle": month_title(first).capitalize(),
        "du": first,
        "au": last,
        "facture": today,
        "publication": today,
    }


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Campaign.objects.select_related("regie", "created_by", "issued_by")
    campaign = get_object_or_404(rows, within(request.reach, "regie"), pk=pk)
    outcome, search = request.GET.get("suite", ""), searched(request.GET)
    drafts = campaign.drafts.select_related("household", "invoice").annotate(
        kept=Count("lines", filter=Q(lines__dropped_at__isnull=True)),
        dropped=Count("lines", filter=Q(lines__dropped_at__isnull=False)),
    )
    if outcome in Outcome.values:
        drafts = drafts.filter(outcome=outcome)
    if search:
        drafts = drafts.filter(household__in=find_households(search).values("pk"))
    drafts = ordered(drafts, request.GET, DRAFT_ORDERS, default="dossier")
    name = f"campagne-{campaign.pk}"
    if file := exported(request.GET, name=name, columns=DRAFT_COLUMNS, rows=drafts, cells=_row):
        return file
    context = {
        "campaign": campaign,
        "running": campaign.state in {CampaignState.COMPUTING, CampaignState.ISSUING},
        "editable": campaign.state == CampaignState.DRAFT,
        "page": page_of(drafts, request.GET),
        "figures": [(Outcome(key), *figure) for key, figure in campaign_figures(campaign).items()],
        "anomalies": campaign.anomalies.select_related("household"),
        "outcomes": Outcome.choices,
        "outcome": outcome,
        "search": search,
        "line_form": LineForm(initial={"jour": campaign.last_date}),
    }
    return render(request, "agent/campaigns/campaign.html", context)


@agent_required(right=Right.INVOICE, scoped=True)
@require_POST
def agent_campaign_act(request: HttpRequest, pk: int) -> HttpResponse:
    """``action``: « calculer », « emettre » or « abandonner »."""
    campaign = get_object_or_404(Campaign, within(request.reach, "regie"), pk=pk)
    action = request.POST.get("action", "")
    try:
        if action == "calculer":
            campaigns.recompute(campaign=campaign)
        elif action == "emettre":
            campaigns.begin_issue(campaign=campaign, by=request.user, now=clock.now())
        elif action == "abandonner":
            campaigns.cancel_campaign(campaign=campaign, by=request.user, now=clock.now())
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        if action in DONE:
            messages.success(request, DONE[action])
    return redirect("agent_campaign", pk)


@agent_required(right=Right.INVOICE, scoped=True)
@require_POST
def agent_campaign_line(request: HttpRequest, pk: int) -> HttpResponse:
    """A line written for this campaign only."""
    campaign = get_object_or_404(Campaign, within(request.reach, "regie"), pk=pk)
    form = LineForm(request.POST)
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.warning(request, f"{form[field].label} : {' '.join(errors)}")
        return redirect("agent_campaign", pk)
    data = form.cleaned_data
    try:
        draft = campaigns.add_line(
            campaign=campaign,
            household=data["dossier"],
            label=data["libelle"],
            quantity=data["quantite"],
            unit_price=data["prix"],
            on=data["jour"],
            by=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        messages.warning(request, str(error))
        return redirect("agent_campaign", pk)
    messages.success(request, f"Ligne ajoutée au dossier {data['dossier'].name}.")
    return redirect("agent_campaign_draft", draft.pk)


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_campaign_draft(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(_drafts(), within(request.reach, "campaign__regie"), pk=pk)
    lines = list(draft.lines.select_related("charge__child", "charge__invoice_line", "dropped_by"))
    context = {
        "draft": draft,
        "campaign": draft.campaign,
        "lines": lines,
        "editable": draft.campaign.state == CampaignState.DRAFT,
        "dropped": [line for line in lines if line.dropped_at],
        "line_form": LineForm(initial={"dossier": draft.household.number, "jour": draft.campaign.last_date}),
    }
    return render(request, "agent/campaigns/draft.html", context)


@agent_required(right=Right.INVOICE, scoped=True)
@require_POST
def agent_campaign_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave lines out, or take them back."""
    draft = get_object_or_404(_drafts(), within(request.reach, "campaign__regie"), pk=pk)
    form = DropForm(request.POST, lines=list(draft.lines.values_list("pk", flat=True)))
    if not form.is_valid():
        for errors in form.errors.values():
            messages.warning(request, " ".join(errors))
        return redirect("agent_campaign_draft", pk)
    chosen = form.cleaned_data["lignes"]
    try:
        if form.cleaned_data["action"] == "ecarter":
            count = campaigns.drop_lines(
                draft=draft,
                line_ids=chosen,
                reason=form.cleaned_data["motif"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, f"{plural(count, 'ligne écartée', 'lignes écartées')}.")
        else:
            count = campaigns.restore_lines(draft=draft, line_ids=chosen)
            messages.success(request, f"{plural(count, 'ligne reprise', 'lignes reprises')}.")
    except DomainError as error:
        messages.warning(request, str(error))
    return redirect("agent_campaign_draft", pk)


def _drafts() -> QuerySet[Draft]:
    return Draft.objects.select_related("campaign__regie", "household", "invoice")


def _campaign_row(campaign: Campaign) -> tuple[object, ...]:
    return (
        campaign.label,
        campaign.regie,
        campaign.first_date,
        campaign.last_date,
        "oui" if campaign.corrective else "non",
        campaign.issued_on,
        campaign.due_on,
        campaign.get_state_display(),
        campaign.documents,  # type: ignore[attr-defined]  # annotated
        campaign.created_at,
        campaign.issued_at,
    )


def _row(draft: Draft) -> tuple[object, ...]:
    return (
        draft.household.number,
        draft.household.name,
        draft.kept,  # type: ignore[attr-defined]  # annotated
        draft.dropped,  # type: ignore[attr-defined]  # annotated
        draft.total,
        draft.get_outcome_display(),
        draft.invoice or "",
    )
