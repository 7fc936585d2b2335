"""« Réglages »: the town's file as screens. What is changed here waits in a draft until it is published."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.commune_file.objects import Names, find, free_code, handle, items, own_values
from core.commune_file.services import export_text
from core.forms.settings import TableForm
from core.languages import FRENCH, NAMES, known
from core.mail_texts import OwnText
from core.models import AppliedFile, OutgoingMail, SettingsChange
from core.queries.settings_draft import SEPARATOR, Draft, load_draft
from core.rights import Right
from core.services.mail_trials import send_trial, trial_of
from core.services.settings_draft import (
    SettingsRefusedError,
    forget_draft,
    move_object,
    remove_object,
    replace_object,
    save_object,
    undo_change,
)
from core.settings_registry import Screen, home_screens, inner_screens, screen_of
from core.views.access import agent_required
from core.views.listing import page_of
from tenants.context import current_commune

# In the code of a period that returns every year, where the file writes « {annees} ».
_SCHOOL_YEAR = re.compile(r"\b\d{4}-\d{4}\b")
PREPARED = "C’est préparé. Les familles ne le verront qu’une fois publié."


@dataclass(frozen=True, kw_only=True)
class Line:
    """An object in the list of its kind."""

    path: str
    title: str
    note: str
    state: str  # what the draft does to it: « nouveau », « modifié », « retiré », or nothing
    goes_up: bool = False
    goes_down: bool = False
    moved: str = ""  # « up » or « down »: the button that was just pressed keeps the focus


@dataclass(frozen=True, kw_only=True)
class Inside:
    """A list of objects, with the address where one is added."""

    screen: Screen
    path: str
    lines: list[Line]


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_settings(request: HttpRequest) -> HttpResponse:
    draft = load_draft(current_commune())
    sections = [
        (screen, reverse("agent_settings_object" if screen.is_single else "agent_settings_list", args=[screen.key]),
         screen.summary(draft.data) if screen.summary else "")
        for screen in home_screens()
    ]  # fmt: skip
    context = {"draft": draft, "sections": sections, "last": AppliedFile.objects.select_related("by").last()}
    return render(request, "agent/settings/home.html", context)


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_settings_list(request: HttpRequest, path: str) -> HttpResponse:
    names = names_of(path)
    screen = screen_at(names)
    if screen.is_single or len(names) != 1:
        raise Http404
    draft = load_draft(current_commune())
    context = {
        "draft": draft,
        "screen": screen,
        "inside": _inside(draft, screen, names, request.GET.get("bouge", "")),
    }
    return render(request, "agent/settings/list.html", context)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_settings_new(request: HttpRequest, path: str) -> HttpResponse:
    """A new object of the list at ``path``."""
    names = names_of(path)
    screen = screen_at((*names, ""))
    draft = load_draft(current_commune())
    if not screen.can_add or (len(names) > 1 and find(draft.data, names[:-1]) is None):
        raise Http404
    form = _form(request, screen, draft, (*names, ""), table={}, is_new=True)
    if request.method == "POST" and form.is_valid():
        created = _create(request, draft, names, form)
        if created:
            messages.success(request, PREPARED)
            return redirect("agent_settings_object", SEPARATOR.join(created))
    crumbs = crumbs_of(draft, names)
    context = {"draft": draft, "screen": screen, "form": form, "crumbs": crumbs, "back": crumbs[-1][1]}
    return render(request, "agent/settings/new.html", context)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_settings_object(request: HttpRequest, path: str) -> HttpResponse:
    names = names_of(path)
    screen = screen_at(names)
    draft = load_draft(current_commune())
    table = find(draft.data, names)
    if table is None and screen.is_single:
        table = {}
    if table is None or len(names) != 2 * len(screen.kind) - screen.is_single:
        raise Http404
    form = _form(request, screen, draft, names, table=table, is_new=False)
    trying = screen.draws_mail and request.POST.get("act") in {"voir", "essai"}
    shown = digest_of(table)
    is_stale = request.POST.get("vu", shown) != shown
    saving = request.method == "POST" and not trying and not is_stale
    if saving and form.is_valid() and _save(request, names, form):
        messages.success(request, PREPARED)
        return redirect("agent_settings_object", SEPARATOR.join(_renamed(names, form)))
    language = known(request.POST.get("langue", "")) or FRENCH
    context = {
        "mail": _trial(request, names[-1], form, table, language) if screen.draws_mail else None,
        "languages": NAMES,
        "language": language,
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "draft": draft,
        "screen": screen,
        "form": form,
        "path": path,
        "shown": shown,
        "is_stale": is_stale,
        "title": screen.name(table) if len(names) > 1 else screen.title,
        "crumbs": crumbs_of(draft, names[:-1]),
        "state": draft.state_of(names),
        "rules": [(rule, rule.sentences(table.get(rule.key), draft.data)) for rule in screen.rules],
        "inside": [
            _inside(draft, one, (*names, one.key), request.GET.get("bouge", ""))
            for one in inner_screens(screen)
        ],
        "copies": screen.copies and not table.get("annee_scolaire"),
        "change": next((one for one in draft.changes if one.path == path), None),
    }
    return render(request, "agent/settings/object.html", context)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_settings_act(request: HttpRequest, path: str) -> HttpResponse:
    """Take an object away, or move it in its list."""
    names = names_of(path)
    screen = screen_at(names)
    commune = current_commune()
    draft = load_draft(commune)
    if screen.is_single or len(names) % 2 or find(draft.data, names) is None:
        raise Http404
    act = request.POST.get("act", "")
    if act == "remove" and screen.can_add:
        title = screen.name(find(draft.data, names) or {})
        remove_object(commune=commune, names=names, by=request.user, now=clock.now())
        messages.success(request, f"« {title} » partira à la publication.")
    elif act in {"up", "down"} and screen.is_ordered:
        places = -1 if act == "up" else 1
        move_object(commune=commune, names=names, places=places, by=request.user, now=clock.now())
        return redirect(_list_url(names[:-1], moved=f"{act}-{names[-1]}"))
    else:
        raise Http404
    return redirect(_list_url(names[:-1]))


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_settings_undo(request: HttpRequest) -> HttpResponse:
    """Forget one prepared change, or all of them."""
    if request.POST.get("tout"):
        forget_draft()
        messages.success(request, "Plus rien n’est en préparation.")
        return redirect("agent_settings")
    wanted = request.POST.get("changement", "")
    change = get_object_or_404(SettingsChange, pk=wanted if wanted.isdecimal() else 0)
    undo_change(change=change)
    messages.success(request, f"« {change.title} » reste comme avant.")
    return redirect("agent_settings_publish")


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_settings_history(request: HttpRequest) -> HttpResponse:
    rows = AppliedFile.objects.select_related("by").defer("text").order_by("-pk")
    return render(request, "agent/settings/history.html", {"page": page_of(rows, request.GET)})


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_settings_export(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    commune = current_commune()
    answer = HttpResponse(export_text(commune), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{commune.slug}.toml"'
    return answer


def digest_of(table: Mapping[str, Any]) -> str:
    """Of an object as a page shows it: another one means that a colleague has changed it since."""
    return sha256(repr(own_values(table)).encode()).hexdigest()[:16]


def names_of(path: str) -> Names:
    return tuple(path.strip(SEPARATOR).split(SEPARATOR))


def screen_at(names: Names) -> Screen:
    screen = screen_of(names)
    if screen is None:
        raise Http404
    return screen


def _form(
    request: HttpRequest,
    screen: Screen,
    draft: Draft,
    names: Names,
    *,
    table: Mapping[str, Any],
    is_new: bool,
) -> TableForm:
    data = request.POST if request.method == "POST" else None
    return screen.form(data, table=table, draft=draft.data, names=names, is_new=is_new)


def _create(request: HttpRequest, draft: Draft, names: Names, form: TableForm) -> Names | None:
    """Add the object of a valid form to the draft; None, with the faults in the form, when it cannot be."""
    values = form.values()
    if not (name := form.new_name()):
        name = form.code(free_code(draft.data, names[-1], form.code_wish()))
        values = {"code": name, **values}
    created = (*names, name)
    if find(draft.data, created) is not None:
        form.add_error(None, "Il y en a déjà un pareil.")
        return None
    try:
        save_object(commune=current_commune(), names=created, values=values, by=request.user, now=clock.now())
    except SettingsRefusedError as refusal:
        form.show(refusal.faults)
        return None
    return created


def _save(request: HttpRequest, names: Names, form: TableForm) -> bool:
    try:
        replace_object(
            commune=current_commune(),
            names=names,
            new_names=_renamed(names, form),
            values=form.values(),
            by=request.user,
            now=clock.now(),
        )
    except SettingsRefusedError as refusal:
        form.show(refusal.faults)
        return False
    return True


def _trial(
    request: HttpRequest, template: str, form: TableForm, table: Mapping[str, Any], language: str
) -> OutgoingMail:
    """The mail with the words of the form, or with those that are prepared when it has faults; « essai » sends it."""
    words = form.cleaned_data if form.is_bound and form.is_valid() else table
    own = OwnText(subject=words.get("objet") or "", introduction=words.get("introduction") or "")
    tried: dict[str, Any] = {
        "template": template,
        "own": own,
        "to": request.user,
        "now": clock.now(),
        "language": language,
    }
    if request.POST.get("act") == "essai" and form.is_valid():
        send_trial(**tried)
        messages.success(request, f"Un essai part vers {request.user.email}.")
    return trial_of(**tried)


def _renamed(names: Names, form: TableForm) -> Names:
    return (*names[:-1], form.new_name()) if form.new_name() else names


def _inside(draft: Draft, screen: Screen, names: Names, moved: str = "") -> Inside:
    """A list as it will be, and what leaves it. ``moved``: « up-cantine », what was moved just before."""
    act, _, who = moved.partition("-")
    after = items(draft.data, names)
    kept = {handle(one) for one in after}
    gone = [one for one in items(draft.base, names) if handle(one) not in kept]
    return Inside(
        screen=screen,
        path=SEPARATOR.join(names),
        lines=[
            Line(
                path=SEPARATOR.join((*names, handle(one))),
                title=screen.name(one),
                note=screen.note(one, draft.data),
                state=draft.state_of((*names, handle(one))),
                goes_up=screen.is_ordered and 0 < rank < len(after),
                goes_down=screen.is_ordered and rank < len(after) - 1,
                moved=act if who == handle(one) else "",
            )
            for rank, one in enumerate([*after, *gone])
        ],
    )


def crumbs_of(draft: Draft, names: Names) -> list[tuple[str, str]]:
    """The pages above: (label, address)."""
    crumbs = [("Réglages", reverse("agent_settings"))]
    for length in range(1, len(names) + 1):
        part = names[:length]
        if length == 1:
            screen = screen_of(part)
            if screen and not screen.is_single:
                crumbs.append((screen.title, reverse("agent_settings_list", args=[part[0]])))
        elif length % 2 == 0:
            item = find(draft.data, part)
            crumbs.append(
                (
                    screen_at(part).name(item or {"nom": part[-1]}),
                    reverse("agent_settings_object", args=[SEPARATOR.join(part)]),
                )
            )
    return crumbs


def page_of_object(draft: Draft, names: Names) -> str:
    """The screen of an object as the draft has it, or of the nearest one that holds it; "" when no screen shows it."""
    for length in range(len(names) - len(names) % 2, 0, -2):
        written = tuple(_SCHOOL_YEAR.sub("{annees}", name) for name in names[:length])
        for part in (names[:length], written):
            if screen_of(part) and find(draft.data, part) is not None:
                return reverse("agent_settings_object", args=[SEPARATOR.join(part)])
    screen = screen_of(names[:1]) if names else None
    if screen is None:
        return ""
    return reverse("agent_settings_object" if screen.is_single else "agent_settings_list", args=[names[0]])


def _list_url(names: Names, *, moved: str = "") -> str:
    """The page that shows a list."""
    query = "?" + urlencode({"bouge": moved}) if moved else ""
    if len(names) == 1:
        return reverse("agent_settings_list", args=[names[0]]) + query
    return reverse("agent_settings_object", args=[SEPARATOR.join(names[:-1])]) + query + f"#{names[-1]}"
