"""Imports at the desk: a file, its columns, what each line would do, the run and its journal."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.errors import DomainError
from core.forms.imports import ColumnsForm, ImportForm
from core.imports.base import ImportKind, kinds
from core.imports.states import ImportState, LineOutcome
from core.jobs import enqueue
from core.models import FileImport
from core.queries.imports import find_imports, written_lines
from core.rights import Right
from core.services.import_invitations import uninvited
from core.services.imports import ask_undo, drop_import, name_columns, open_import, start_import
from core.views.access import agent_required
from core.views.listing import exported, page_of, spreadsheet, workbook_answer
from core.words import plural

TILES = {
    LineOutcome.NEW: "nouvelles",
    LineOutcome.CHANGED: "modifiées",
    LineOutcome.SAME: "inchangées",
    LineOutcome.REFUSED: "refusées",
}
RESULT_COLUMNS = ("Ligne", "Résultat", "À corriger", "À savoir")


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_imports(request: HttpRequest) -> HttpResponse:
    """The journal, and the form that opens an import."""
    allowed = _allowed(request)
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        kinds=allowed,
        initial={"kind": request.GET.get("nature")},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            opened = open_import(
                kind=form.cleaned_data["kind"],
                file_name=file.name or "fichier",
                content=file.read(),
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("agent_import", opened.pk)
    page = page_of(find_imports([kind.code for kind in allowed]), request.GET)
    for one in page.object_list:
        one.kind_label = kinds()[one.kind].label  # type: ignore[attr-defined]
    context = {"form": form, "kinds": allowed, "page": page}
    return render(request, "agent/imports/list.html", context)


@agent_required(right=Right.FAMILY)
@require_safe
def agent_import_model(request: HttpRequest, code: str) -> HttpResponse:
    """The model of a file: every column, and one invented line."""
    kind = next((one for one in _allowed(request) if one.code == code), None)
    if kind is None:
        raise Http404
    columns, example = [one.label for one in kind.fields], [one.example for one in kind.fields]
    name = f"modele-{kind.code}"
    if request.GET.get("format") == "csv":
        return spreadsheet(name=name, columns=columns, rows=[example])
    return workbook_answer(name=name, columns=columns, rows=[example])


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import would do, or did; posted, other columns."""
    one = _import(request, pk)
    kind = kinds()[one.kind]
    form = ColumnsForm(request.POST or None, kind=kind, headings=one.headings, mapping=one.mapping)
    if request.method == "POST" and form.is_valid():
        name_columns(file=one, mapping=form.mapping)
        messages.success(request, "Les colonnes sont enregistrées et les lignes vérifiées.")
        return redirect("agent_import", one.pk)
    chosen = request.GET.get("resultat", "")
    lines = one.lines.filter(outcome=chosen) if chosen in LineOutcome.values else one.lines.all()
    if file := exported(
        request.GET,
        name=f"import-{one.pk}",
        columns=(*RESULT_COLUMNS, *one.headings),
        rows=_result_rows(one, lines),
    ):
        return file
    context = {
        "file": one,
        "kind": kind,
        "form": form,
        "chosen": chosen,
        "counts": [(outcome, TILES[outcome], one.counts.get(outcome.value, 0)) for outcome in LineOutcome],
        "page": page_of(lines, request.GET),
        "running": one.state == ImportState.RUNNING,
        "written": written_lines(one) if one.state == ImportState.RUNNING else 0,
        "invitable": uninvited(one).count(),
        "missing": [field.label for field in kind.fields if field.required and field.key not in one.mapping],
    }
    return render(request, "agent/imports/file.html", context)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_import_act(request: HttpRequest, pk: int) -> HttpResponse:
    """« Importer », « Abandonner », « Inviter », « Annuler cet import »."""
    one = _import(request, pk)
    now = clock.now()
    try:
        match request.POST.get("action"):
            case "importer":
                start_import(file=one, by=request.user, now=now)
            case "abandonner":
                drop_import(file=one)
                messages.success(request, f"« {one.file_name} » est abandonné\u00a0: rien n’a changé.")
                return redirect("agent_imports")
            case "inviter":
                enqueue("core.tasks.invite_imported", one.pk)
                messages.success(request, "Les invitations partent. Elles sont suivies dans « Courriels ».")
            case "annuler":
                if ask_undo(file=one, by=request.user, now=now):
                    messages.success(
                        request,
                        f"L’import est annulé\u00a0: {plural(one.to_write, 'ligne reprise', 'lignes reprises')}.",
                    )
            case _:
                raise Http404
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("agent_import", one.pk)


def _allowed(request: HttpRequest) -> list[ImportKind]:
    return [kind for kind in kinds().values() if request.rights.may_everywhere(kind.right)]


def _import(request: HttpRequest, pk: int) -> FileImport:
    codes = [kind.code for kind in _allowed(request)]
    return get_object_or_404(
        FileImport.objects.defer("rows", "numbers").select_related("created_by", "undone_by"),
        pk=pk,
        kind__in=codes,
    )


def _result_rows(one: FileImport, lines: object) -> Iterator[tuple[object, ...]]:
    cells = dict(zip(one.numbers, one.rows, strict=True))
    for line in lines:  # type: ignore[attr-defined]
        yield (
            line.number,
            line.get_outcome_display(),
            " ".join(line.errors),
            " ".join(line.warnings),
            *cells.get(line.number, ()),
        )
