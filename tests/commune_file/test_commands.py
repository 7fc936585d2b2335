"""``portail commune check|apply|diff|export`` on the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.models import Establishment
from portail.commands import commune as commands
from tenants.models import Commune
from tests.commune_file.small import TOWN, altered


@pytest.fixture
def run(commune: Commune, monkeypatch, tmp_path: Path):
    """Runs a command of the group on the test's own database; `text` becomes its file."""
    from contextlib import nullcontext

    monkeypatch.setattr(commands, "django_ready", lambda **_: nullcontext())

    def invoke(*words: str, text: str = TOWN) -> Result:
        (tmp_path / "t.toml").write_text(text)
        arguments = [str(tmp_path / word) if word.endswith(".toml") else word for word in words]
        return CliRunner().invoke(commands.commune, arguments, standalone_mode=False)

    return invoke


def code(result: Result) -> int:
    """The exit code as `portail` gives it: the command's own result."""
    return result.return_value or 0


def test_check_tells_the_line_and_fails(run) -> None:
    result = run("check", "t.toml", text=altered(('type = "primaire"', 'type = "x"')))
    assert "t.toml:17" in result.stderr
    assert code(result) == 1
    assert "Fichier correct, 0 exemple vérifié." in run("check", "t.toml").stdout


def test_diff_apply_and_export_follow_one_another(run, tmp_path: Path) -> None:
    assert code(run("diff", "t.toml")) == 1
    dry = run("apply", "--dry-run", "t.toml")
    assert dry.stdout.rstrip().endswith("Rien n’a été changé (--dry-run).")
    assert Establishment.objects.count() == 0
    assert run("apply", "t.toml").stdout.rstrip().endswith("Appliqué.")
    same = run("diff", "t.toml")
    assert (same.stdout, code(same)) == ("Rien à changer\n", 0)
    run("export", "bellegarde", "-o", "out.toml")
    exported = (tmp_path / "out.toml").read_text()
    assert code(run("diff", "t.toml", text=exported)) == 0


def test_an_unknown_town_and_a_wrong_file_are_told(run) -> None:
    assert "Commune inconnue" in str(run("export", "ailleurs").exception)
    wrong = run("apply", "t.toml", text="x = 1\n")
    assert "table inconnue" in wrong.stderr
    assert code(wrong) == 1


def test_opening_a_town_that_is_open_is_one_french_sentence(run) -> None:
    assert run("new", "t.toml").exception.messages == [
        "Bellegarde est déjà ouverte sous l’identifiant « bellegarde »."
    ]
