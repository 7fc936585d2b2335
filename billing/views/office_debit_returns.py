"""What the bank did not pay: by hand, or by its file; and how each régie collects."""

from django.contrib import messages
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing.forms_debits import DebitAccountForm, RejectForm, ReturnsForm
from billing.models import Debit, DebitAccount, Regie
from billing.queries.debit_returns import ReturnPlan, plan_returns
from billing.services.debit_rejects import record_reject
from billing.services.debit_returns import record_returns
from core import clock
from core.audit_acts import AuditAct
from core.errors import DomainError
from core.rights import Right
from core.services.audit import record
from core.views.access import agent_required
from core.words import plural
from tenants.context import town_timezone

SALT = "billing.debit_returns"
KEPT_SECONDS = 12 * 3600  # long enough to read a preview and to ask somebody


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
    """The bank's file, read line by line; nothing is written before its preview, which carries it, is confirmed."""
    if "lu" in request.POST:
        return _record(request, request.POST["lu"])
    form = ReturnsForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, "Choisissez le fichier de la banque.")
        return redirect("agent_debits")
    upload = form.cleaned_data["fichier"]
    content = upload.read()
    try:
        plan = plan_returns(content=content, today=clock.today(town_timezone()))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("agent_debits")
    kept = dumps([upload.name, content.decode("latin-1")], salt=SALT, compress=True)
    return render(request, "agent/debits/returns.html", {"plan": plan, "name": upload.name, "kept": kept})


def _record(request: HttpRequest, kept: str) -> HttpResponse:
    try:
        name, content = loads(kept, salt=SALT, max_age=KEPT_SECONDS)
        done = record_returns(content=content.encode("latin-1"), name=name, by=request.user, now=clock.now())
    except BadSignature:
        messages.warning(
            request, "Cet aperçu a trop attendu : rien n’a été enregistré, donnez le fichier à nouveau."
        )
    except DomainError as error:
        messages.error(request, f"Rien n’a été enregistré. {error.message}")
    else:
        _say(request, done)
    return redirect("agent_debits")


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_debit_settings(request: HttpRequest, code: str) -> HttpResponse:
    regie = get_object_or_404(Regie, code=code)
    account = DebitAccount.objects.filter(regie=regie).first() or DebitAccount(regie=regie)
    form = DebitAccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(act=AuditAct.SETTINGS_SAVED, by=request.user, now=clock.now(), on=regie, note="Prélèvement")
        messages.success(request, "Les réglages du prélèvement sont enregistrés.")
        return redirect("agent_debits")
    return render(request, "agent/debits/settings.html", {"regie": regie, "form": form})


def _say(request: HttpRequest, done: ReturnPlan) -> None:
    told = f"{plural(len(done.to_record), 'rejet enregistré', 'rejets enregistrés')}."
    if done.refused:
        told += f" {plural(len(done.refused), 'remise refusée', 'remises refusées')} en entier."
    messages.success(request, told)
