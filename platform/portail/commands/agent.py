"""``portail agent …``: who works at the desk of a town; the first agent can only come from here or from the console."""

import click

from portail.commands.environment import django_ready
from portail.commands.french import Group
from portail.commands.progress import step
from portail.commands.towns import commune_named


@click.group(cls=Group)
def agent() -> None:
    """Invite les agents d’une commune."""


@agent.command()
@click.argument("slug", metavar="COMMUNE")
@click.option("--email", metavar="ADRESSE", required=True, help="Adresse mail : ce sera son identifiant.")
@click.option("--name", metavar="NOM", required=True, help="Prénom et nom.")
def add(slug: str, email: str, name: str) -> None:
    """Invite un agent, ou le réinvite s’il n’est jamais venu.

    Le lien d’activation part par mail et s’affiche : il sert aussi quand le courrier n’est pas encore réglé.
    """
    step("Préparation")
    with django_ready():
        from core.clock import now
        from core.forms.accounts import AgentInvitationForm
        from core.services.agents import invite_agent
        from tenants.context import town_url, use_commune

        form = AgentInvitationForm({"email": email, "name": name})
        if not form.is_valid():
            raise click.ClickException(
                " ".join(str(error) for errors in form.errors.values() for error in errors)
            )
        with use_commune(commune_named(slug)):
            invitation = invite_agent(**form.cleaned_data, by=None, now=now())
            door = town_url("/agent/")
    click.secho(
        f"{invitation.agent.name} est invité(e) : un mail part vers {invitation.agent.email}.", fg="green"
    )
    click.echo(f"Lien pour choisir son mot de passe (valable trois jours) : {invitation.link}")
    click.echo(f"Ensuite, son adresse est {door}")
