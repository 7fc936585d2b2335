"""Messages between families and the office."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms.papers import HELP, PapersField
from core.models import CannedAnswer, Child, ContactSubject, MessageFile, User
from core.queries.conversations import VARIABLES
from core.queries.rights import agents_who_may
from core.rights import Right
from core.words import NBSP, and_list

MESSAGE_LENGTH = 5000
MOST_FILES = 5


def subjects() -> list[ContactSubject]:
    """What one may write about. One query."""
    return list(ContactSubject.objects.filter(is_draft=False))


class SubjectField(forms.ModelChoiceField):
    """The town's subjects; a town without any is asked nothing."""

    def __init__(self, **options: Any) -> None:
        settings = {"label": _("Sujet"), "empty_label": _("Choisissez…")} | options
        super().__init__(ContactSubject.objects.filter(is_draft=False), **settings)


class MessageForm(forms.Form):
    """``kept``: the files that an earlier try left, of which those still ticked remain (« garder »). The good files of
    a form with errors are in ``good``."""

    body = forms.CharField(
        label=_("Votre message"),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Écrivez votre message.")},
    )
    files = PapersField(
        label=_("Pièces jointes"),
        help_text=format_lazy(
            "{} {}", HELP, format_lazy(_("Plusieurs à la fois si besoin, {most} au plus."), most=MOST_FILES)
        ),
    )
    # Names this message: sent twice (double click, « back »), it is written once.
    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, kept: Sequence[MessageFile] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked = self.data.getlist("garder") if self.is_bound else None
        self.kept = [one for one in kept if ticked is None or str(one.pk) in ticked]
        self.good: list[UploadedFile] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        sent, room = data.get("files") or [], MOST_FILES - len(self.kept)
        self.good = sent[:room]
        refusals = list(self.fields["files"].refusals)
        refusals += [
            _("« %(name)s » : %(most)d fichiers au plus par message. Envoyez-le dans le suivant.")
            % {"name": file.name, "most": MOST_FILES}
            for file in sent[room:]
        ]
        for refusal in refusals:
            self.add_error("files", refusal)
        return data


class AskForm(MessageForm):
    subject = SubjectField(
        error_messages={"required": _("Choisissez un sujet : le bon service vous répondra.")}
    )
    child = forms.ModelChoiceField(
        Child.objects.none(), label=_("Enfant concerné"), required=False, empty_label=_("Toute la famille")
    )

    field_order = ("subject", "child", "body", "files", "nonce")

    def __init__(self, *args: Any, children: list[Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["child"].queryset = Child.objects.filter(pk__in=[child.pk for child in children])
        if not self.fields["subject"].queryset.exists():
            del self.fields["subject"]
        if not children:
            del self.fields["child"]


class AnswerForm(MessageForm):
    """What an agent writes: « repondre », « repondre-clore » or « note »."""

    body = forms.CharField(
        label="Message",
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "Écrivez un message."},
    )
    act = forms.ChoiceField(
        choices=[("repondre", ""), ("repondre-clore", ""), ("note", "")], widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("act") == "note" and (self.good or self.kept):
            self.add_error(
                "files",
                "Une note interne est un texte : joignez les fichiers à une réponse, ou décochez-les.",
            )
        return data


class WriteForm(MessageForm):
    """An agent writes first to a family."""

    title = forms.CharField(label="Objet", max_length=150)
    subject = SubjectField(required=False, empty_label="Aucun")

    field_order = ("title", "subject", "body", "files", "nonce")


class FollowForm(forms.Form):
    assignee = forms.ModelChoiceField(
        User.objects.none(), label="Suivie par", required=False, empty_label="Personne"
    )
    subject = SubjectField(required=False, empty_label="Aucun")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = agents_who_may(Right.MESSAGE, besides=self.initial.get("assignee"))


class SubjectForm(forms.ModelForm):
    class Meta:
        model = ContactSubject
        fields = ("label", "service", "email", "is_draft")
        help_texts = {
            "email": "Prévenue de chaque nouveau message ; vide : l’adresse de la commune.",
            "is_draft": "Les familles ne voient pas un brouillon.",
        }


class CannedAnswerForm(forms.ModelForm):
    class Meta:
        model = CannedAnswer
        fields = ("label", "body", "is_draft")
        widgets = {"body": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "body": f"Remplis au moment de répondre{NBSP}: "
            + and_list([f"{{{name}}} ({words})" for name, words in VARIABLES.items()])
            + ".",
            "is_draft": "Un brouillon n’est pas proposé.",
        }

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        bare = body
        for name in VARIABLES:
            bare = bare.replace(f"{{{name}}}", "")
        if "{" in bare or "}" in bare:
            raise forms.ValidationError(
                "Entre accolades ne se remplit que ce qui est dit ci-dessous : vérifiez l’orthographe."
            )
        return body
