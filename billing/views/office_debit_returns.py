"""What the bank did not pay: by hand, or by its file; and how each régie collects."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing.forms_debits import DebitAccountForm, RejectForm, ReturnsForm
from billing.models import Debit, DebitAccount, Regie
from billing.services.debit_rejects import Import, import_returns, record_reject
from core import clock
from core.errors import DomainError
from core.rights import Right
from core.views.access import agent_required
from core.words import plural
from tenants.context import town_timezone


@agent_required(right=Right.INVOICE)
@require_http_methods(["GET", "POST"])
def agent_debit_reject(request: HttpRequest, pk: int) -> HttpResponse:
    asked = Debit.objects.filter(batch__isnull=False)
    debit = get_object_or_404(asked.select_related("invoice__household", "mandate", "batch"), pk=pk)
    form = RejectForm(request.POST or None, initial={"date": clock.today(town_timezone())})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            record_reject(debit=debit, code=data["motif"], on=data["date"], by=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, "Le rejet est enregistré : la facture est de nouveau due, la famille le sait."
            )
            return redirect("agent_debit_batch", debit.batch_id)
    return render(request, "agent/debits/reject.html", {"debit": debit, "form": form})


@agent_required(right=Right.INVOICE)
@require_POST
def agent_debit_import(request: HttpRequest) -> HttpResponse:
    form = ReturnsForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, "Choisissez le fichier de la banque.")
        return redirect("agent_debits")
    upload = form.cleaned_data["fichier"]
    try:
        result = import_returns(content=upload.read(), name=upload.name, by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        _say(request, result)
    return redirect("agent_debits")


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_debit_settings(request: HttpRequest, code: str) -> HttpResponse:
    regie = get_object_or_404(Regie, code=code)
    account = DebitAccount.objects.filter(regie=regie).first() or DebitAccount(regie=regie)
    form = DebitAccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Les réglages du prélèvement sont enregistrés.")
        return redirect("agent_debits")
    return render(request, "agent/debits/settings.html", {"regie": regie, "form": form})


def _say(request: HttpRequest, result: Import) -> None:
    told = [
        f"{plural(len(result.recorded), 'rejet enregistré', 'rejets enregistrés')}.",
        f"{plural(result.known, 'déjà connu', 'déjà connus')}." if result.known else "",
        f"{plural(result.refused_batches, 'remise refusée', 'remises refusées')} en entier."
        if result.refused_batches
        else "",
    ]
    messages.success(request, " ".join(filter(None, told)))
    if result.unknown:
        messages.warning(request, f"Inconnus du portail : {', '.join(result.unknown)}.")
    for sentence in result.odd:
        messages.warning(request, sentence)
