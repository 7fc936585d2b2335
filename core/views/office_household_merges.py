"""« Réunir avec un autre dossier »: which one, what moves and what must be settled before, then the act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core import clock
from core.errors import DomainError
from core.forms.household_merges import MergeForm, OtherHouseholdForm
from core.merging import Reunion, obstacles
from core.models import Household
from core.queries.look_alikes import look_alikes_of
from core.rights import Right
from core.services.household_merges import counts, unite_households
from core.views.access import agent_required


@agent_required(right=Right.FAMILY)
def agent_family_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """``avec``: the number of the other file; ``sens``: « autre » when that one is to be kept."""
    household = get_object_or_404(Household, pk=pk, merged_into=None)
    chosen = OtherHouseholdForm(request.GET if "avec" in request.GET else None, household=household)
    if not chosen.is_valid():
        context = {"household": household, "chosen": chosen, "look_alikes": look_alikes_of(household)}
        return render(request, "agent/family_merge.html", context)
    other = chosen.cleaned_data["avec"]
    gone, kept = (household, other) if request.GET.get("sens") == "autre" else (other, household)
    form = MergeForm(request.POST if request.method == "POST" else None, gone=gone, kept=kept)
    if request.method == "POST" and form.is_valid():
        try:
            unite_households(
                gone=gone,
                kept=kept,
                children=form.pairs("enfant"),
                guardians=form.pairs("responsable"),
                reason=form.cleaned_data["reason"],
                payer=form.payer,
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"Le dossier {gone.number} est réuni dans celui-ci.")
            return redirect("agent_family", kept.pk)
    likely = {child.pk: form[f"enfant_{child.pk}"].initial for child in form.children}
    reunion = Reunion(
        gone=gone,
        kept=kept,
        children={child: same for child, same in likely.items() if same},
        by=request.user,
        now=clock.now(),
    )
    context = {
        "household": household,
        "other": other,
        "gone": gone,
        "kept": kept,
        "sides": [_side(kept, "Dossier gardé"), _side(gone, "Dossier vidé")],
        "keeps_other": kept == other,
        "form": form,
        "counts": counts(reunion),
        "obstacles": obstacles(reunion),
    }
    return render(request, "agent/family_merge_preview.html", context)


def _side(household: Household, title: str) -> dict[str, object]:
    return {
        "title": title,
        "household": household,
        "guardians": household.guardians.select_related("user"),
        "children": household.children.select_related("school"),
    }
