from datetime import date

from django import forms

from billing.models import Invoice, Regie
from billing.queries.invoices import unpaid_invoices
from core.models import Household


class InvoiceChoiceForm(forms.Form):
    """The invoices a family ticks, among those of its own that are left to pay at one régie."""

    facture = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        error_messages={
            "required": "Cochez au moins une facture à payer.",
            "invalid_choice": "Une des factures cochées n’est plus à payer.",
        },
    )

    def __init__(self, data: object, *, household: Household, regie: Regie, on: date) -> None:
        super().__init__(data)
        self.fields["facture"].queryset = unpaid_invoices(household, regie, on=on)


class PayInvoicesForm(InvoiceChoiceForm):
    """``montant`` is the sum the page showed; ``recommencer`` says that an open attempt was not paid."""

    montant = forms.DecimalField(max_digits=10, decimal_places=2)
    recommencer = forms.BooleanField(required=False)
