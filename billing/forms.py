from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, Regie
from billing.part_payments import spread
from billing.queries.invoices import unpaid_invoices
from billing.services.invoice_payments import check_regie_part
from core.errors import DomainError
from core.models import Household
from core.money import ZERO


class InvoiceChoiceForm(forms.Form):
    """The invoices a family ticks, among those of its own that are left to pay at one régie; ``part``: what it pays
    of them when it does not pay everything."""

    facture = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        error_messages={
            "required": _("Cochez au moins une facture à payer."),
            "invalid_choice": _("Une des factures cochées n’est plus à payer."),
        },
    )
    part = forms.DecimalField(
        label=_("Montant à payer maintenant"),
        required=False,
        max_digits=8,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("Écrivez une somme en euros, par exemple 50,00.")},
    )

    def __init__(self, data: object, *, household: Household, regie: Regie, on: date) -> None:
        super().__init__(data)
        self.regie = regie
        self.fields["facture"].queryset = unpaid_invoices(household, regie, on=on)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        part = cleaned.get("part")
        if part is not None and "facture" in cleaned:
            try:
                check_regie_part(self.regie, part, due=self.due)
            except DomainError as error:
                self.add_error("part", error.message)
        return cleaned

    @property
    def dues(self) -> dict[Invoice, Decimal]:
        """Euros left to pay of each invoice that was ticked, oldest first."""
        return {invoice: invoice.total - invoice.allocated for invoice in self.cleaned_data["facture"]}

    @property
    def due(self) -> Decimal:
        return sum(self.dues.values(), ZERO)

    @property
    def amount(self) -> Decimal:
        """What is paid now: the part that was asked for and may be, else everything."""
        part: Decimal | None = self.cleaned_data.get("part")
        return self.due if part is None else part

    @property
    def items(self) -> list[dict[str, object]]:
        """Each invoice with what is left to pay of it now, what this payment gives it, and what is left then."""
        given = spread(self.amount, self.dues.values())
        return [
            {"invoice": invoice, "left": due, "paid": paid, "after": due - paid}
            for (invoice, due), paid in zip(self.dues.items(), given, strict=True)
        ]


class PayInvoicesForm(InvoiceChoiceForm):
    """``montant`` is the sum that was left to pay; ``recommencer`` says that an open attempt was not paid."""

    montant = forms.DecimalField(max_digits=10, decimal_places=2)
    recommencer = forms.BooleanField(required=False)
