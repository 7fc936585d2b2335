"""Gathers the texts that families read, app by app, and compiles their translations (docs/langues.md)."""

import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

# Which app keeps the words of which templates: they live together in themes/, whoever fills them.
TEMPLATES = {
    "core": ("account", "child_file", "components", "conversations", "errors", "home", "layouts", "."),
    "billing": ("billing", "mail"),
    "booking": ("booking",),
}
CODE = {"core": ("core", "themes"), "billing": ("billing",), "booking": ("booking",)}
OTHER_THEMES = {"core": tuple(settings.THEMES), "billing": (), "booking": ()}
# A text that an app below has already is not asked a second time.
BELOW = {"core": (), "billing": ("core",), "booking": ("core", "billing")}
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


def sources(app: str) -> list[Path]:
    """Files whose texts belong to the catalogue of the app, relative to the root of the project."""
    root = settings.ROOT
    found = [
        path
        for folder in CODE[app]
        for path in (root / folder).rglob("*.py")
        if "migrations" not in path.parts
    ]
    for folder in TEMPLATES[app]:
        here = root / "themes" / "templates" / folder
        found += (
            here.glob("*.html") if folder == "." else [path for path in here.rglob("*") if path.is_file()]
        )
    for theme in OTHER_THEMES[app]:
        found += (root / "themes" / theme / "templates").rglob("*.html")
    return sorted(path.relative_to(root) for path in found if path.suffix in {".py", ".html", ".txt"})


def catalogue(app: str, language: str) -> Path:
    return settings.ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po"


class Command(makemessages.Command):
    help = "Relève les textes à traduire d’une application et compile ses traductions."
    # Never a guess: a text that has changed is translated again.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("apps", nargs="*", default=list(TEMPLATES), metavar="application")

    def handle(self, *_: Any, **options: Any) -> None:
        usual = self.xgettext_options
        for app in options["apps"]:
            self.app = app
            excluded = [catalogue(below, "fr") for below in BELOW[app]]
            # counted(3, "repas", "repas") of core.words is a plural like any other.
            self.xgettext_options = [*usual, "--keyword=counted:2,3"] + [
                f"--exclude-file={path}" for path in excluded if path.exists()
            ]
            super().handle(
                locale=list(LANGUAGES),
                exclude=[],
                domain="django",
                verbosity=options["verbosity"],
                all=False,
                extensions=["html", "txt", "py"],
                symlinks=False,
                ignore_patterns=[],
                use_default_ignore_patterns=True,
                no_wrap=True,
                no_location=False,
                add_location="file",
                no_obsolete=True,
                keep_pot=False,
            )
            self._compile(app)

    def find_files(self, root: str) -> list:  # noqa: ARG002  Django’s own signature
        self.locale_paths = [str(settings.ROOT / self.app / "locale")]
        Path(self.locale_paths[0]).mkdir(exist_ok=True)
        return [
            self.translatable_file_class(f"./{path.parent}", path.name, self.locale_paths[0])
            for path in sources(self.app)
        ]

    def _compile(self, app: str) -> None:
        for language in LANGUAGES:
            po = catalogue(app, language)
            if not po.exists():
                continue
            if language == settings.LANGUAGE_CODE:
                # French says what it says, with its own plural for nought.
                _run("msgen", "--no-wrap", f"--output-file={po}", str(po))
            _tidy(po, language)
            _run("msgfmt", "--check-format", f"--output-file={po.with_suffix('.mo')}", str(po))


def _tidy(po: Path, language: str) -> None:
    """A head that says what programs need, and no date: what has not changed stays as it is for git."""
    head, _, texts = po.read_text(encoding="utf-8").partition("\n\n")
    plurals = next(line for line in head.splitlines() if line.startswith('"Plural-Forms:'))
    lines = [
        'msgid ""',
        'msgstr ""',
        '"Project-Id-Version: portail\\n"',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        plurals,
    ]
    po.write_text("\n".join(lines) + "\n\n" + texts, encoding="utf-8")


def _run(*words: str) -> None:
    subprocess.run(words, check=True)  # noqa: S603  gettext's own tools, on our own files
