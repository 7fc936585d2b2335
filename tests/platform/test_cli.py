"""``portail``: French, one sentence when it refuses, and exit codes that scripts can trust."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from core.errors import DomainError
from portail import cli
from portail.commands.french import SENTENCES, speak_french
from portail.commands.progress import step
from portail.fingerprint import ROOT


def portail(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it, from a folder that is not the project's."""
    return subprocess.run(
        [sys.executable, "-m", "portail.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT}/platform", **environment},
        timeout=60,
    )


def test_help_is_french_and_names_every_command():
    done = portail("--help")
    assert done.returncode == 0
    assert done.stderr == ""
    assert [line.split()[0] for line in done.stdout.split("Commandes :\n")[1].splitlines()] == sorted(
        cli.COMMANDS
    )
    assert "Affiche cette aide." in done.stdout
    assert "Usage :" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ouvrir"], "Erreur : Commande inconnue : ouvrir."),
        (["serve", "--prot", "1"], "Erreur : Option inconnue : --prot."),
        (
            ["serve", "--port", "abc"],
            "Erreur : Valeur refusée pour '--port' : « abc » n’est pas un nombre entier.",
        ),
        (["serve", "--port"], "Erreur : L’option --port attend une valeur."),
        (["demo", "maintenant"], "Erreur : Argument en trop : maintenant"),
    ],
)
def test_wrong_use_says_so_in_french_and_exits_with_2(arguments, sentence):
    done = portail(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_refusal_is_one_sentence_and_exits_with_1(monkeypatch, capsys):
    def refuse(**_: object) -> None:
        raise DomainError("La commune est déjà ouverte.")

    monkeypatch.setattr(cli.portail, "main", refuse)
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    assert exit_.value.code == 1
    assert capsys.readouterr().err == "Erreur : La commune est déjà ouverte.\n"


def test_production_refuses_to_start_without_its_secrets():
    done = portail("commune", "list", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("Erreur : SECRET_KEY et PORTAIL_ENCRYPTION_KEYS doivent être définies")


def test_every_translated_sentence_still_exists_in_click():
    source = "".join(
        Path(module.__file__).read_text()
        for module in (
            click.core,
            click.decorators,
            click.exceptions,
            click.formatting,
            click.parser,
            click.types,
        )
    )
    speak_french()
    assert [sentence for sentence in SENTENCES if sentence not in source] == []


@pytest.mark.parametrize("group", ["agent", "commune", "vendor"])
def test_the_help_of_a_group_is_french_and_cuts_no_sentence(group):
    said = portail(group, "--help").stdout
    assert "COMMANDE [ARGUMENTS]…" in said
    assert "COMMAND [" not in said
    assert "..." not in said


def test_what_a_command_is_doing_is_told_to_a_terminal_only(monkeypatch, capsys):
    step("Vérification")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    step("Vérification")
    assert "Vérification…" in capsys.readouterr().err
