"""What an agent says of a file to import: what it holds, and which column is what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.antivirus import ScannerDownError, is_infected
from core.imports.base import ImportKind
from core.words import NBSP

MAX_MEGABYTES = 8


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label="Que contient le fichier ?", widget=forms.RadioSelect)
    file = forms.FileField(
        label="Fichier",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=f"Classeur .xlsx ou CSV, {MAX_MEGABYTES}{NBSP}Mo au plus. La première ligne nomme les colonnes.",
    )

    def __init__(self, *args: Any, kinds: Sequence[ImportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                f"Ce fichier dépasse {MAX_MEGABYTES}{NBSP}Mo{NBSP}: coupez-le en plusieurs."
            )
        try:
            infected = is_infected(file.chunks())
        except ScannerDownError as error:
            raise forms.ValidationError(
                "Les fichiers ne peuvent pas être vérifiés en ce moment. Réessayez dans quelques minutes."
            ) from error
        if infected:
            raise forms.ValidationError("L’antivirus refuse ce fichier.")
        file.seek(0)
        return file


class ColumnsForm(forms.Form):
    """One choice a field of the kind: the rank of its column, or none."""

    def __init__(
        self, *args: Any, kind: ImportKind, headings: Sequence[str], mapping: Mapping[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        columns = [(str(rank), heading) for rank, heading in enumerate(headings) if heading]
        for one in kind.fields:
            self.fields[one.key] = forms.ChoiceField(
                label=one.label,
                choices=[("", "– pas dans le fichier –"), *columns],
                required=one.required,
                initial=str(mapping[one.key]) if one.key in mapping else "",
                help_text=one.help,
                error_messages={"required": "Sans cette colonne, rien ne peut être importé."},
            )

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, str] = {}
        for key, rank in self.cleaned_data.items():
            if rank and rank in chosen:
                self.add_error(
                    key, f"Cette colonne sert déjà à «{NBSP}{self.fields[chosen[rank]].label}{NBSP}»."
                )
            chosen.setdefault(rank, key)
        return self.cleaned_data

    @property
    def mapping(self) -> dict[str, int]:
        return {key: int(rank) for key, rank in self.cleaned_data.items() if rank}
