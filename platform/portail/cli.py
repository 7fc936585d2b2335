"""The ``portail`` command.

Exit codes: 0 done, 1 refused or failed (one French sentence on the error output), 2 wrong use of the command.
Commands are imported only when asked for: ``portail --help`` and ``portail demo`` must not pay for Django.
"""

import sys
from collections.abc import Iterator
from importlib import import_module

import click

from portail.commands.french import Group, speak_french

COMMANDS = {
    "agent": "portail.commands.agent",
    "commune": "portail.commands.commune",
    "demo": "portail.commands.demo",
    "imports": "portail.commands.imports",
    "ledger": "portail.commands.ledger",
    "migrate": "portail.commands.migrate",
    "serve": "portail.commands.serve",
    "vendor": "portail.commands.vendor",
}


class LazyGroup(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click’s signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        return getattr(import_module(COMMANDS[cmd_name]), cmd_name)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="portail", help="Affiche la version.")
def portail() -> None:
    """Portail familles : les réservations, paiements et factures des communes."""


def _expected_errors() -> Iterator[type[Exception]]:
    """Refusals that a sentence explains better than a traceback; Django's only if a command has loaded it."""
    from core.errors import DomainError
    from portail.embedded import EmbeddedError

    yield from (DomainError, EmbeddedError)
    if "django" in sys.modules:
        from django.core.exceptions import ImproperlyConfigured, ValidationError
        from django.db import OperationalError

        yield from (ImproperlyConfigured, ValidationError, OperationalError)


def _sentence(error: Exception) -> str:
    return "\n".join(getattr(error, "messages", [])) or str(error).strip()


def main() -> None:
    speak_french()
    try:
        # Out of click's own "standalone" mode, a command's result comes back, and an exit as a number.
        sys.exit(portail.main(prog_name="portail", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Abandon.", err=True)
        sys.exit(1)
    except tuple(_expected_errors()) as error:
        click.secho(f"Erreur : {_sentence(error)}", err=True, fg="red")
        sys.exit(1)


if __name__ == "__main__":
    main()
