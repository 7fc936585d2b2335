"""One rule of an object of the town's file: its kind chosen, its fields, and what it says before it is kept."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError

from core import clock
from core.commune_file.objects import Data, Names, find
from core.forms.settings_rules import RuleEditor, RuleForm, told
from core.queries.settings_draft import load_draft
from core.rights import Right
from core.services.settings_draft import SettingsRefusedError, save_object, title_of
from core.views.access import agent_required
from core.views.office_settings import crumbs_of, names_of, screen_at
from tenants.context import current_commune


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_settings_rule(request: HttpRequest, path: str, key: str) -> HttpResponse:
    """« Voir ce que cela donne » shows the sentences and the next days; « Garder » puts the rule in the draft."""
    names = names_of(path)
    editor = next((rule for rule in screen_at(names).rules if rule.key == key), None)
    draft = load_draft(current_commune())
    table = find(draft.data, names)
    if editor is None or table is None:
        raise Http404
    current = table.get(key)
    asked = request.GET.get("forme", "")
    kind = asked if asked in editor.kinds else editor.kind_of(current)
    form = editor.kinds[kind][1](
        request.POST if request.method == "POST" else None, draft=draft.data, names=names, rule=current
    )
    rule, is_right = _checked(editor, form) if request.method == "POST" else (current, True)
    if (
        request.method == "POST"
        and is_right
        and "garder" in request.POST
        and _save(request, names, key, rule, form)
    ):
        messages.success(request, f"{editor.title} : c’est préparé.")
        return redirect("agent_settings_object", path)
    shown = is_right and (request.method == "POST" or kind == editor.kind_of(current))
    context = {
        "editor": editor,
        "kinds": [(name, label) for name, (label, _) in editor.kinds.items()],
        "kind": kind,
        "form": form,
        "path": path,
        "title": title_of(draft.data, names),
        "crumbs": crumbs_of(draft, names),
        "sentences": editor.sentences(rule, draft.data) if shown else [],
        "dates": _dates(editor, rule, draft.data, names) if shown else [],
    }
    template = "agent/settings/_rule_form.html" if request.htmx else "agent/settings/rule.html"
    return render(request, template, context)


def _checked(editor: RuleEditor, form: RuleForm) -> tuple[Data | None, bool]:
    """The rule of a form as the file writes it, and whether it is right; what is wrong is in the form."""
    if not form.is_valid():
        return None, False
    rule = form.rule()
    if rule is None:
        return None, True
    try:
        return editor.written(rule), True
    except ValidationError as error:
        for sentence in told(error):
            form.add_error(None, sentence)
        return None, False


def _dates(editor: RuleEditor, rule: Data | None, draft: Data, names: Names) -> list[tuple[str, str]]:
    return list(editor.dates(editor.read(rule), draft, names)) if editor.dates and rule else []


def _save(request: HttpRequest, names: Names, key: str, rule: Data | None, form: RuleForm) -> bool:
    try:
        save_object(
            commune=current_commune(), names=names, values={key: rule}, by=request.user, now=clock.now()
        )
    except SettingsRefusedError as refusal:
        for fault in refusal.faults:
            form.add_error(None, fault.message[:1].upper() + fault.message[1:])
        return False
    return True
