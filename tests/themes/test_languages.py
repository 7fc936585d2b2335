"""What families read is in every language of the portal: nothing bare, nothing missing, nothing out of date."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import templatize

from portail.management.commands.messages import LANGUAGES, TEMPLATES, catalogue, sources

CATALOGUES = [(app, language) for app in TEMPLATES for language in LANGUAGES]
PLURALS = {"fr": 2, "en": 2, "ar": 6}
# Read before a town or a person is known, or filled by a task and kept: French.
FRENCH_ONLY = {
    "errors/suspended.html",
    "errors/unknown_host.html",
    "account/own_data_archive.html",
}
# Shown to agents only, although they stand beside what families read.
OF_AGENTS = (
    "booking/attendance/",
    "booking/changes/",
    "booking/meals/",
    "booking/not_allowed.html",
    "components/chart_",
    "components/desk_",
    "components/factor_enrol.html",
    "components/recovery_codes.html",
    "layouts/agent.html",
    "layouts/console.html",
    "mail/agent_activation.",
    "mail/contact.",
    "mail/treasury_handover.",
)
# Marks and names that no language changes.
SAME_EVERYWHERE = {"Portail", "PDF"}
ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-label)="([^"{]*)"')
LETTERS = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
SILENT = {"blocktranslate": "endblocktranslate", "comment": "endcomment"}
CLASSES = re.compile(r"block (?:main|page|body)_class")


def family_templates() -> list[Path]:
    root = settings.ROOT / "themes"
    found = [root.parent / path for app in TEMPLATES for path in sources(app) if path.suffix != ".py"]
    return [path for path in found if not _name(path).startswith((*FRENCH_ONLY, *OF_AGENTS))]


def _name(path: Path) -> str:
    return str(path).partition("/templates/")[2]


def bare_words(source: str) -> Iterator[str]:
    """Words that stand outside of any translation."""
    silent_until, previous = "", ""
    page: list[str] = []
    for token in Lexer(source).tokenize():
        if silent_until:
            silent_until = "" if _first_word(token) == silent_until else silent_until
        elif token.token_type == TokenType.BLOCK:
            silent_until = SILENT.get(_first_word(token), "")
            previous = token.contents
            page.append("\0")
        elif token.token_type == TokenType.TEXT and not CLASSES.match(previous):
            page.append(token.contents)
    html = re.sub(r"<!--.*?-->", " ", "".join(page), flags=re.DOTALL)
    for words in ATTRIBUTE.findall(html):
        yield from LETTERS.findall(words)
    text = re.sub(r"&\w+;", " ", re.sub(r"<(?:[^<>\"]|\"[^\"]*\")*>", " ", html))
    yield from (word for word in LETTERS.findall(text) if word not in SAME_EVERYWHERE)


def _first_word(token: Token) -> str:
    return token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""


@pytest.mark.parametrize("app", TEMPLATES)
def test_no_page_of_a_family_holds_bare_french(app):
    mine = {settings.ROOT / path for path in sources(app)}
    bare = {
        _name(path): words
        for path in family_templates()
        if path in mine and (words := list(bare_words(path.read_text(encoding="utf-8"))))
    }
    assert not bare


def entries(po: str) -> Iterator[dict[str, str]]:
    """What a catalogue says: « msgid », « msgid_plural », « msgstr » or « msgstr[n] », and « flags »."""
    for block in po.strip().split("\n\n"):
        found: dict[str, str] = {"flags": " ".join(re.findall(r"^#, (.*)", block, re.MULTILINE))}
        for key, value in re.findall(r'^(msg[\w\[\]]+) ((?:"(?:[^"\\]|\\.)*"\n?)+)', block, re.MULTILINE):
            found[key] = "".join(ast.literal_eval(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', value))
        yield found


def placed(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}|<[^>]+>", text))


@pytest.mark.parametrize(("app", "language"), CATALOGUES)
def test_a_catalogue_is_whole_and_compiled(app, language):
    path = catalogue(app, language)
    head, *texts = entries(path.read_text(encoding="utf-8"))
    assert f"nplurals={PLURALS[language]};" in head["msgstr"]
    with path.with_suffix(".mo").open("rb") as compiled:
        spoken = gettext.GNUTranslations(compiled)._catalog
    faults = []
    for entry in texts:
        said = [value for key, value in entry.items() if key.startswith("msgstr")]
        wanted = placed(entry["msgid"]) | placed(entry.get("msgid_plural", ""))
        if "fuzzy" in entry["flags"] or not all(said):
            faults.append(("sans traduction", entry["msgid"]))
        elif any(placed(one) - wanted for one in said) or not any(placed(one) == wanted for one in said):
            faults.append(("variables", entry["msgid"]))
        elif "msgid_plural" in entry and len(said) != PLURALS[language]:
            faults.append(("pluriels", entry["msgid"]))
        elif spoken.get((_key(entry), 0) if "msgid_plural" in entry else _key(entry)) != said[0]:
            faults.append(("« make messages » n’a pas été relancé", entry["msgid"]))
    assert not faults


def _key(entry: dict[str, str]) -> str:
    """How a compiled catalogue names a text, after its context when it has one."""
    return "\x04".join(entry[part] for part in ("msgctxt", "msgid") if part in entry)


def asked(path: Path) -> Iterator[str]:
    """What a file wants translated."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        for literal in re.findall(
            r"(?<!p)gettext\((u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))", templatize(source)
        ):
            yield ast.literal_eval(literal)
        return
    if "gettext" not in source:
        return
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "gettext", "gettext_lazy"}:
            first = call.args[0]
            if isinstance(first, ast.Constant):
                yield first.value


@pytest.mark.parametrize("app", TEMPLATES)
def test_what_a_file_wants_translated_is_in_a_catalogue(app):
    known = {
        entry["msgid"].strip()
        for one in TEMPLATES
        for entry in entries(catalogue(one, "fr").read_text(encoding="utf-8"))
    }
    missing = {
        text
        for path in sources(app)
        for text in asked(settings.ROOT / path)
        if text.replace("%%", "%").strip() not in known and text.strip() not in known
    }
    assert not missing
