from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tenants.models import Commune


def commune_named(slug: str) -> "Commune":
    """The town of an identifier typed by a person. Call it once Django is loaded; ends the command for an unknown one."""
    from tenants.models import Commune

    found = Commune.objects.filter(slug=slug).first()
    if found is None:
        raise click.ClickException(f"Commune inconnue : « {slug} ». Voyez « portail commune list ».")
    return found
