"""« Mes données »: what a family may download, have corrected or erased, and what the law keeps."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.enums import DataRequestKind
from core.errors import DomainError
from core.forms.privacy import DataRequestForm
from core.models import Agreement
from core.retention_words import KEPT
from core.services.own_data import ask_about_data, withdraw_request
from core.views.access import family_required


@family_required
def own_data(request: HttpRequest) -> HttpResponse:
    household = request.user.guardian.household
    form = DataRequestForm(request.POST or None, initial={"kind": DataRequestKind.EXPORT})
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_about_data(
                household=household,
                kind=DataRequestKind(form.cleaned_data["kind"]),
                message=form.cleaned_data["message"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error("kind", refusal.message)
        else:
            said = (
                _("Votre archive se prépare : un courriel vous prévient.")
                if asked.kind == DataRequestKind.EXPORT
                else _("Votre demande est enregistrée. Vous aurez la réponse avant le %(day)s.")
                % {"day": f"{asked.due_on:%d/%m/%Y}"}
            )
            messages.success(request, said)
            return redirect("own_data")
    agreements = Agreement.objects.filter(household=household).select_related(
        "version__regulation", "child", "by"
    )
    context = {
        "form": form,
        "requests": household.data_requests.order_by("-asked_at", "-pk"),
        "now": clock.now(),
        "agreements": agreements,
        "kept": KEPT,
    }
    return render(request, "account/own_data.html", context)


@family_required
@require_POST
def own_data_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(request.user.guardian.household.data_requests, pk=pk)
    try:
        withdraw_request(request=asked, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Votre demande est retirée : rien ne change dans votre dossier."))
    return redirect("own_data")


@family_required
@require_safe
def own_data_file(request: HttpRequest, pk: int) -> HttpResponse:
    household = request.user.guardian.household
    asked = get_object_or_404(household.data_requests.filter(file_until__gte=clock.now()), pk=pk)
    if not asked.file:
        raise Http404
    return FileResponse(asked.file.open(), as_attachment=True, filename="mes-donnees.zip")
