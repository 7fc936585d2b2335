from contextlib import nullcontext

from click.testing import CliRunner

from portail.commands import migrate as commands


def test_a_dry_run_says_how_many_towns_are_behind(public, monkeypatch):
    monkeypatch.setattr(commands, "django_ready", lambda **_: nullcontext())
    said = CliRunner().invoke(commands.migrate, ["--dry-run"], standalone_mode=False).stdout
    assert said == "0 commune(s) en retard. Rien n’a été changé (--dry-run).\n"
