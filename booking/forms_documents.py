"""What families and agents send about documents and règlements."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms.days import DayField
from core.forms.papers import HELP, PapersField
from core.models import Child, DocumentKind, Household
from core.papers import MOST_PAGES


class DocumentForm(forms.Form):
    """Pages to add to the ``known`` ones (how many wait already). The good files of a form with errors are kept:
    they are in ``pages``."""

    fichier = PapersField(
        label=_("Le document"),
        help_text=format_lazy(
            "{} {}",
            HELP,
            format_lazy(
                _(
                    "Recto verso ou plusieurs pages : choisissez plusieurs fichiers, ou ajoutez-les un par un, "
                    "{most} au plus."
                ),
                most=MOST_PAGES,
            ),
        ),
    )
    acte = forms.ChoiceField(choices=[("envoyer", ""), ("ajouter", "")], required=False)

    def __init__(self, *args: Any, known: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.pages: list[UploadedFile] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        sent, room = data.get("fichier") or [], MOST_PAGES - self.known
        self.pages = sent[:room]
        refusals = list(self.fields["fichier"].refusals)
        refusals += [
            _("« %(name)s » : %(most)d fichiers au plus. Retirez-en un, ou réunissez les pages en un PDF.")
            % {"name": file.name, "most": MOST_PAGES}
            for file in sent[room:]
        ]
        if not (refusals or self.pages) and (self.adds or not self.known):
            refusals.append(_("Prenez le document en photo, ou choisissez un fichier."))
        for refusal in refusals:
            self.add_error("fichier", refusal)
        return data

    @property
    def adds(self) -> bool:
        return self.cleaned_data.get("acte") == "ajouter"


class AnswerForm(forms.Form):
    """The version that was read, and « accepter » or « refuser »."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reponse = forms.ChoiceField(choices=[("accepter", ""), ("refuser", "")])

    @property
    def agrees(self) -> bool:
        return self.cleaned_data["reponse"] == "accepter"


class DecisionForm(forms.Form):
    """« accepter » with the dates the agent reads, or « refuser » with a reason."""

    decision = forms.ChoiceField(choices=[("accepter", ""), ("refuser", "")])
    du = DayField(label="Date écrite sur le document", required=False)
    au = DayField(label="Valable jusqu’au", required=False)
    motif = forms.CharField(
        label="Motif du refus", max_length=200, required=False, help_text="La famille le lira."
    )

    def __init__(self, *args: Any, kind: DocumentKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["au"].help_text = {
            "read": "À lire sur le document.",
            "forever": "Vide : sans limite.",
        }.get(kind.validity, "Proposé selon la règle de la commune.")
        if kind.max_age_days is not None:
            self.fields["du"].help_text = f"Nécessaire : {kind.max_age_days} jours au plus à sa réception."

    @property
    def accepts(self) -> bool:
        return self.cleaned_data["decision"] == "accepter"


class DeskDocumentForm(forms.Form):
    """A paper that an agent has in hand: which one, whose, and its dates."""

    quoi = forms.ModelChoiceField(DocumentKind.objects.none(), label="Document", empty_label=None)
    enfant = forms.ModelChoiceField(
        Child.objects.none(), label="Enfant", required=False, empty_label="Toute la famille"
    )
    du = DayField(label="Date écrite sur le document", required=False)
    au = DayField(label="Valable jusqu’au", required=False, help_text="Vide : selon la règle de la commune.")

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quoi"].queryset = DocumentKind.objects.all()
        self.fields["enfant"].queryset = household.children.all()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("quoi")
        if kind and kind.is_about_child and not data.get("enfant"):
            self.add_error("enfant", "Ce document est demandé pour chaque enfant : choisissez lequel.")
        if kind and not kind.is_about_child:
            data["enfant"] = None
        return data
