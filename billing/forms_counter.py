"""What an agent types at the counter."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from billing.counter_sales import CounterSale
from billing.enums import Means
from billing.models import Invoice, Regie
from billing.queries.invoices import unpaid_invoices
from billing.services.counter import Handed
from core.models import Household

CHEQUES = 3  # on one quittance
TITLES = {Means.CESU: "cesu", Means.ANCV: "ancv"}


def _euros(label: str, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _text(label: str, length: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False)


class TokenForm(forms.Form):
    jeton = forms.UUIDField(widget=forms.HiddenInput)


class CounterForm(TokenForm):
    """``handed`` is what was received once the form is valid. Only the means that the régie accepts are asked for."""

    factures = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        required=False,
        label="Factures à régler",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Une des factures cochées n’est pas de ce dossier."},
    )
    # The basket as the page showed it: its total.
    panier = forms.DecimalField(required=False, max_digits=8, decimal_places=2, widget=forms.TextInput)
    payeur = forms.CharField(label="Reçu de", max_length=120)

    def __init__(
        self,
        *args: Any,
        regie: Regie,
        household: Household,
        on: date,
        sale: CounterSale | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.basket = sale
        self.means = [means for means in Means if means in regie.counter_means]
        self.unpaid = unpaid_invoices(household, regie, on=on)
        # One that has just been paid is no reason to refuse money: what no invoice needs is kept as credit.
        self.fields["factures"].queryset = household.invoices.filter(regie=regie)
        if Means.CASH in self.means:
            self.fields["especes"] = _euros("Espèces encaissées")
            self.fields["remis"] = _euros("Somme remise", "Pour calculer la monnaie à rendre ; facultatif.")
        if Means.CHEQUE in self.means:
            for rank in range(1, CHEQUES + 1):
                self.fields[f"cheque{rank}"] = _euros("Montant du chèque")
                self.fields[f"banque{rank}"] = _text("Banque", 60)
                self.fields[f"numero{rank}"] = _text("Numéro du chèque", 30)
                self.fields[f"tireur{rank}"] = _text("Tireur, si ce n’est pas le payeur", 120)
        for means, name in TITLES.items():
            if means in self.means:
                self.fields[name] = _euros(
                    f"{means.label} : montant", "Ne se rend pas en monnaie : le reste est gardé en avoir."
                )
                self.fields[f"{name}_titres"] = forms.IntegerField(
                    label=f"{means.label} : nombre de titres", min_value=1, max_value=999, required=False
                )
        if Means.TRANSFER in self.means:
            self.fields["virement"] = _euros("Virement reçu")
            self.fields["virement_ref"] = _text("Référence du virement", 30)

    def cheques(self) -> list[list[forms.BoundField]]:
        """The fields of each cheque, for the page."""
        names = ("cheque", "banque", "numero", "tireur")
        return [[self[f"{name}{rank}"] for name in names] for rank in range(1, CHEQUES + 1)]

    def clean_panier(self) -> Decimal | None:
        shown = self.cleaned_data["panier"]
        if shown is not None and (self.basket is None or self.basket.total != shown):
            raise forms.ValidationError(
                "Le panier a changé, ou son délai est passé : relisez-le avant d’encaisser."
            )
        return shown

    @property
    def sale(self) -> CounterSale | None:
        """The basket, when it is paid."""
        return self.basket if self.cleaned_data["panier"] is not None else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        cash, given = data.get("especes"), data.get("remis")
        if given and (not cash or given < cash):
            self.add_error("remis", "La somme remise est plus petite que les espèces encaissées.")
        for rank in range(1, CHEQUES + 1):
            amount, number = data.get(f"cheque{rank}"), data.get(f"numero{rank}")
            if amount and not number:
                self.add_error(f"numero{rank}", "Recopiez le numéro du chèque : le bordereau le demande.")
            if amount and not data.get(f"banque{rank}"):
                self.add_error(f"banque{rank}", "Recopiez le nom de la banque : le bordereau le demande.")
            if number and not amount and f"cheque{rank}" not in self.errors:
                self.add_error(f"cheque{rank}", "Il manque le montant de ce chèque.")
        return data

    @property
    def handed(self) -> list[Handed]:
        data = self.cleaned_data
        found: list[Handed] = []
        if amount := data.get("especes"):
            found.append(Handed(means=Means.CASH, amount=amount))
        found += [
            Handed(
                means=Means.CHEQUE,
                amount=data[f"cheque{rank}"],
                bank=data[f"banque{rank}"],
                number=data[f"numero{rank}"],
                drawer=data[f"tireur{rank}"] or data["payeur"],
            )
            for rank in range(1, CHEQUES + 1)
            if data.get(f"cheque{rank}")
        ]
        for means, name in TITLES.items():
            if amount := data.get(name):
                found.append(Handed(means=means, amount=amount, titles=data.get(f"{name}_titres")))
        if amount := data.get("virement"):
            found.append(Handed(means=Means.TRANSFER, amount=amount, number=data.get("virement_ref", "")))
        return found

    @property
    def change(self) -> Decimal | None:
        """Coins to give back, in euros."""
        given, cash = self.cleaned_data.get("remis"), self.cleaned_data.get("especes")
        return given - cash if given and cash and given > cash else None


class ReasonForm(forms.Form):
    motif = forms.CharField(
        label="Motif",
        max_length=200,
        error_messages={"required": "Dites pourquoi : le motif reste au journal, avec votre nom."},
    )
