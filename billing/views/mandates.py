"""« Prélèvement automatique »: a family signs a mandate at a régie, changes its account, revokes it."""

from hashlib import sha256

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.debits.states import MandateState
from billing.documents.mandate import mandate_pdf
from billing.forms_mandates import AccountChangeForm, BankAccountForm, SignForm
from billing.models import DebitAccount, Mandate, Regie
from billing.queries.mandates import current_mandate, debits_of
from billing.services.mandates import (
    change_account,
    prepare_mandate,
    revoke_mandate,
    sign_mandate,
    text_to_sign,
)
from billing.views.documents import pdf_answer
from core import clock
from core.errors import DomainError
from core.retold import gettext_noop
from core.views.access import family_required


@never_cache
@family_required
@require_http_methods(["GET", "POST"])
def debit_mandate(request: HttpRequest, code: str) -> HttpResponse:
    """What is in force; without it, the account to be debited."""
    household = request.user.guardian.household
    regie, mandate, account = _at(request, code)
    if mandate and mandate.is_active:
        context = {"regie": regie, "mandate": mandate, "account": account, "debits": debits_of(mandate)}
        return render(request, "billing/mandate.html", context)
    if account is None or not account.is_open:
        return render(request, "billing/mandate_closed.html", {"regie": regie, "mandate": mandate})
    form = BankAccountForm(request.POST or None, initial=_known(request, mandate))
    if request.method == "POST" and form.is_valid():
        try:
            prepare_mandate(
                regie=regie, household=household, by=request.user, now=clock.now(), **_account(form)
            )
        except DomainError as error:
            messages.warning(request, error.message)
            return redirect("debit_mandate", code)
        return redirect("debit_mandate_sign", code)
    context = {"regie": regie, "mandate": mandate, "account": account, "form": form}
    return render(request, "billing/mandate_account.html", context)


@never_cache
@family_required
@require_http_methods(["GET", "POST"])
def debit_mandate_sign(request: HttpRequest, code: str) -> HttpResponse:
    regie, mandate, _ = _at(request, code)
    if mandate is None or mandate.state != MandateState.DRAFT:
        return redirect("debit_mandate", code)
    try:
        text = text_to_sign(mandate)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("debit_mandate", code)
    shown = sha256(text.encode()).hexdigest()
    form = SignForm(request.POST or None, initial={"lu": shown})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["lu"] != shown:
            messages.warning(
                request, gettext("Le texte du mandat a changé depuis votre lecture : relisez-le.")
            )
            return redirect("debit_mandate_sign", code)
        try:
            sign_mandate(mandate=mandate, text=text, by=request.user, now=clock.now())
        except DomainError as error:
            messages.warning(request, error.message)
        else:
            messages.success(
                request,
                gettext(
                    "Votre mandat est signé : vos prochaines factures seront prélevées. Nous vous l’écrivons."
                ),
            )
        return redirect("debit_mandate", code)
    return render(
        request, "billing/mandate_sign.html", {"regie": regie, "mandate": mandate, "text": text, "form": form}
    )


@never_cache
@family_required
@require_http_methods(["GET", "POST"])
def debit_mandate_account(request: HttpRequest, code: str) -> HttpResponse:
    """The same mandate on another account."""
    regie, mandate, _ = _at(request, code)
    if mandate is None or not mandate.is_active:
        return redirect("debit_mandate", code)
    form = AccountChangeForm(request.POST or None, initial={"titulaire": mandate.holder})
    if request.method == "POST" and form.is_valid():
        try:
            change_account(mandate=mandate, by=request.user, now=clock.now(), **_account(form))
        except DomainError:
            messages.warning(request, gettext("Rien n’a changé : c’est le compte qui est déjà prélevé."))
        else:
            messages.success(request, gettext("Vos prochains prélèvements se feront sur ce compte."))
        return redirect("debit_mandate", code)
    return render(request, "billing/mandate_change.html", {"regie": regie, "mandate": mandate, "form": form})


@family_required
@require_POST
def debit_mandate_revoke(request: HttpRequest, code: str) -> HttpResponse:
    _, mandate, _ = _at(request, code)
    if mandate is None or not mandate.is_active:
        return redirect("debit_mandate", code)
    try:
        revoke_mandate(
            mandate=mandate,
            reason=gettext_noop("À la demande de la famille"),
            by=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(
            request, gettext("Votre mandat est révoqué : vos factures sont de nouveau à payer vous-même.")
        )
    return redirect("debit_mandate", code)


@never_cache
@family_required
@require_safe
def debit_mandate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    _, mandate, _ = _at(request, code)
    if mandate is None or mandate.signed_at is None:
        raise Http404
    return pdf_answer(mandate_pdf(mandate), f"mandat-{mandate.rum}.pdf")


def _at(request: HttpRequest, code: str) -> tuple[Regie, Mandate | None, DebitAccount | None]:
    """The régie, the family's own mandate there, and how it collects. A régie that never did is no page."""
    regie = get_object_or_404(Regie, code=code)
    mandate = current_mandate(request.user.guardian.household, regie)
    account = DebitAccount.objects.filter(regie=regie).first()
    if mandate is None and (account is None or not account.is_open):
        raise Http404
    return regie, mandate, account


def _known(request: HttpRequest, mandate: Mandate | None) -> dict[str, str]:
    """What was typed before is not typed again; a whole IBAN is never shown."""
    if mandate and mandate.state == MandateState.DRAFT:
        return {"titulaire": mandate.holder, "bic": mandate.bic}
    return {"titulaire": request.user.name}


def _account(form: BankAccountForm) -> dict[str, str]:
    data = form.cleaned_data
    return {"holder": data["titulaire"], "iban": data["iban"], "bic": data["bic"]}
