"""What agents write about direct debit: how a régie collects, batches, rejects."""

from typing import Any

from django import forms

from billing.debits.accounts import AccountNumberError, read_bic, read_iban, read_ics
from billing.debits.reasons import reason_choices
from billing.models import DebitAccount, Regie
from core.forms.days import DayField


class DebitAccountForm(forms.ModelForm):
    class Meta:
        model = DebitAccount
        fields = (
            "is_open", "creditor_name", "ics", "iban", "bic", "schema", "notice_days", "remit_days", "retries", "reject_fee",
        )  # fmt: skip
        help_texts = {
            "is_open": "Décochez pour ne plus proposer de nouveau mandat ; ceux qui sont signés restent prélevés.",
            "creditor_name": "Le nom que la famille lira sur son relevé de compte.",
            "ics": "Identifiant créancier SEPA, attribué par la Banque de France.",
            "iban": "Le compte de dépôt de fonds de la régie.",
            "bic": "Facultatif, sauf si le comptable le demande.",
            "schema": "Celle que votre comptable accepte ; pain.008.001.08 depuis novembre 2025.",
            "notice_days": "Au moins tant de jours entre le courriel et le prélèvement ; 14, sauf accord écrit plus court.",
            "remit_days": "Combien de jours de banque avant le prélèvement le fichier doit être remis.",
            "retries": "Seulement quand le motif peut passer (provision insuffisante, par exemple).",
            "reject_fee": "Ajoutés à la facture suivante ; 0 : aucun.",
        }
        localized_fields = ("reject_fee",)

    def clean_ics(self) -> str:
        return _checked(read_ics, self.cleaned_data["ics"])

    def clean_iban(self) -> str:
        return _checked(read_iban, self.cleaned_data["iban"])

    def clean_bic(self) -> str:
        return _checked(read_bic, self.cleaned_data["bic"])


class BatchForm(forms.Form):
    regie = forms.ModelChoiceField(Regie.objects.none(), label="Régie", empty_label=None)
    date = DayField(
        label="Date du prélèvement",
        help_text="Un jour ouvré. Tout ce qui a été annoncé jusqu’à ce jour entre dans la remise.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regie"].queryset = Regie.objects.filter(debit_account__isnull=False)


class ExclusionForm(forms.Form):
    prelevement = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Cochez au moins un prélèvement."}
    )
    motif = forms.CharField(
        max_length=200, error_messages={"required": "Dites pourquoi : la famille le lira."}
    )

    def __init__(self, data: Any, *, debits: list[int]) -> None:
        super().__init__(data)
        self.fields["prelevement"].choices = [(pk, str(pk)) for pk in debits]


class RejectForm(forms.Form):
    motif = forms.ChoiceField(label="Motif de la banque", choices=reason_choices)
    date = DayField(label="Date du rejet")


class ReturnsForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier de la banque", help_text="pain.002 (avant le prélèvement) ou camt.054 (après), en XML."
    )


def _checked(read, text: str) -> str:
    try:
        return read(text)
    except AccountNumberError as error:
        raise forms.ValidationError(str(error)) from error
