"""``portail vendor``: the accounts of the vendor's console."""

import click

from portail.commands.environment import django_ready
from portail.commands.french import Group
from portail.commands.progress import step


@click.group(cls=Group)
def vendor() -> None:
    """Comptes de la console de l’éditeur."""


@vendor.command()
@click.argument("email", metavar="ADRESSE")
@click.argument("name", metavar="NOM")
@click.password_option(
    prompt="Mot de passe", confirmation_prompt="Encore une fois", help="Demandé s’il n’est pas donné."
)
def add(email: str, name: str, password: str) -> None:
    """Ouvre un compte, ou change le mot de passe de celui qui existe."""
    step("Préparation")
    with django_ready():
        from django.contrib.auth.password_validation import validate_password

        from tenants.models import VendorUser

        user = VendorUser.objects.filter(email__iexact=email).first() or VendorUser(email=email, name=name)
        user.name = name
        validate_password(password)
        user.set_password(password)
        user.full_clean()
        user.save()
        click.echo(f"Compte prêt : {user.email}")


@vendor.command("reset-factor")
@click.argument("email", metavar="ADRESSE")
def reset_factor(email: str) -> None:
    """Retire la double vérification d’un compte : téléphone perdu, plus de code de secours."""
    step("Préparation")
    with django_ready():
        from portail.console_factor import reset_factor as take_away
        from tenants.models import VendorUser

        user = VendorUser.objects.filter(email__iexact=email).first()
        if user is None:
            raise click.ClickException(f"Aucun compte n’a l’adresse « {email} ».")
        had_one = take_away(user=user)
        click.echo("La double vérification est retirée." if had_one else "Ce compte n’en avait pas.")
