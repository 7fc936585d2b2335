"""Unpaid invoices for the Trésor public: who is over the threshold, what went, and its files."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.exports.registry import EXPORTS
from billing.forms_counter import ReasonForm
from billing.models import Handover, HandoverItem, Regie, TreasuryCodes
from billing.queries.reach import within
from billing.queries.treasury import paid_since, to_hand_over, treasury_file
from billing.services.treasury import hand_over, note_titles, take_back
from billing.views.reach import own_regie, own_regies
from core import clock
from core.audit_acts import AuditAct
from core.errors import DomainError
from core.rights import Right
from core.services.audit import record
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of
from tenants.context import town_timezone

ORDERS = {
    "numero": ("year", "number", "pk"),
    "regie": ("regie__name", "year", "number"),
    "le": ("on", "pk"),
    "total": ("total", "pk"),
}
COLUMNS = ("Numéro", "Régie", "Le", "Par", "Total")


class ChoiceForm(forms.Form):
    dossier = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": "Cochez au moins un dossier.",
            "invalid_choice": "Un de ces dossiers ne doit plus assez : relisez la liste.",
        },
    )

    def __init__(self, data: object, *, households: list[int]) -> None:
        super().__init__(data)
        self.fields["dossier"].choices = [(pk, str(pk)) for pk in households]


class CodesForm(forms.ModelForm):
    class Meta:
        model = TreasuryCodes
        fields = ("siret", "post", "town_code", "budget_code", "product_code", "payfip_id")


class TitlesForm(forms.Form):
    """One field an invoice; ``references`` by key of the item once the form is valid."""

    def __init__(self, data: object, *, items: QuerySet[HandoverItem]) -> None:
        super().__init__(data)
        self.names = {f"avis{item.pk}": item.pk for item in items}
        for name in self.names:
            self.fields[name] = forms.RegexField(r"^[0-9A-Za-z]{1,30}$", required=False)

    @property
    def references(self) -> dict[int, str]:
        return {pk: self.cleaned_data[name] for name, pk in self.names.items() if name in self.data}


def _handover_cells(one: Handover) -> tuple[object, ...]:
    return one.reference, one.regie, one.on, one.by.name, one.total


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_books_treasury(request: HttpRequest) -> HttpResponse:
    found = Handover.objects.filter(within(request.reach, "regie")).select_related("regie", "by")
    handovers = ordered(found, request.GET, ORDERS, default="-le")
    if file := exported(
        request.GET, name="tresor-public", columns=COLUMNS, rows=handovers, cells=_handover_cells
    ):
        return file
    on = clock.today(town_timezone())
    owing = [(regie, to_hand_over(regie, on=on)) for regie in own_regies(request)]
    context = {"rows": owing, "page": page_of(handovers, request.GET)}
    return render(request, "agent/books/treasury.html", context)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_books_treasury_new(request: HttpRequest, code: str) -> HttpResponse:
    regie = own_regie(request, code)
    owing = to_hand_over(regie, on=clock.today(town_timezone()))
    form = ChoiceForm(request.POST, households=[one.household.pk for one in owing])
    if not form.is_valid():
        messages.warning(request, " ".join(form.errors["dossier"]))
        return redirect("agent_books_treasury")
    try:
        handover = hand_over(
            regie=regie, household_ids=form.cleaned_data["dossier"], by=request.user, now=clock.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("agent_books_treasury")
    messages.success(
        request, f"{handover} établie : envoyez son fichier à la trésorerie. Les familles sont prévenues."
    )
    return redirect("agent_books_treasury_handover", handover.pk)


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_books_treasury_handover(request: HttpRequest, pk: int) -> HttpResponse:
    handover = _handover(request, pk)
    context = {
        "handover": handover,
        "items": handover.items.select_related("household", "invoice", "withdrawn_by"),
        "paid_since": paid_since(handover).select_related("invoice", "household"),
        "exports": EXPORTS.values(),
        "has_codes": TreasuryCodes.objects.filter(regie=handover.regie).exists(),
    }
    return render(request, "agent/books/handover.html", context)


def _handover(request: HttpRequest, pk: int) -> Handover:
    handovers = Handover.objects.select_related("regie", "by")
    return get_object_or_404(handovers, within(request.reach, "regie"), pk=pk)


@agent_required(right=Right.CASH, scoped=True)
@require_safe
def agent_books_treasury_file(request: HttpRequest, pk: int, export: str) -> HttpResponse:
    handover = _handover(request, pk)
    form = EXPORTS.get(export)
    if form is None:
        raise Http404
    file = treasury_file(handover)
    if form.needs_issuer and file.issuer is None:
        if request.rights.may_everywhere(Right.CONFIGURE):
            messages.warning(request, "Saisissez d’abord les codes de la commune au Trésor.")
            return redirect("agent_books_treasury_codes", handover.regie.code)
        messages.warning(request, "Un administrateur doit d’abord saisir les codes de la commune au Trésor.")
        return redirect("agent_books_treasury_handover", pk)
    name = f"prise-en-charge-{handover.reference}.{form.extension}"
    answer = HttpResponse(form.render(file), content_type=form.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_books_treasury_back(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice is paid here again; ``pk`` is the item's."""
    item = get_object_or_404(HandoverItem, within(request.reach, "handover__regie"), pk=pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            take_back(item=item, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Facture reprise : elle se paie de nouveau à la régie.")
    else:
        messages.warning(request, " ".join(form.errors["motif"]))
    return redirect("agent_books_treasury_handover", item.handover_id)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_books_treasury_titles(request: HttpRequest, pk: int) -> HttpResponse:
    """What the Trésor's notices say: the families then read what to type to pay them."""
    handover = _handover(request, pk)
    form = TitlesForm(request.POST, items=handover.items.filter(withdrawn_at=None))
    if form.is_valid():
        note_titles(handover=handover, references=form.references)
        note = "Références des avis du Trésor"
        record(act=AuditAct.BOOKS_SENT, by=request.user, now=clock.now(), on=handover, note=note)
        messages.success(request, "Références enregistrées : les familles les lisent sur leur facture.")
    else:
        messages.warning(request, "Une référence d’avis a 30 chiffres ou lettres au plus.")
    return redirect("agent_books_treasury_handover", pk)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_books_treasury_codes(request: HttpRequest, code: str) -> HttpResponse:
    regie = get_object_or_404(Regie, code=code)
    codes = TreasuryCodes.objects.filter(regie=regie).first() or TreasuryCodes(regie=regie)
    form = CodesForm(request.POST or None, instance=codes)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(
            act=AuditAct.SETTINGS_SAVED, by=request.user, now=clock.now(), on=regie, note="Codes du Trésor"
        )
        messages.success(request, "Codes enregistrés.")
        return redirect("agent_books_treasury")
    return render(request, "agent/books/treasury_codes.html", {"regie": regie, "form": form})
