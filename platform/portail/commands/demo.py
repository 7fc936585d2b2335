"""``portail demo``: the whole product on this machine, with two towns and simulated payment providers."""

import os
import signal

import click

from portail.commands.environment import data_dir


@click.command()
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port."
)
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--with-parent", is_flag=True, help="S’arrête avec le processus qui a lancé la commande.")
def demo(port: int, host: str, with_parent: bool) -> None:
    """Lance la démonstration sur cette machine.

    Deux communes, des familles inventées et des simulateurs de PayFiP, de Systempay et de Stripe ; Ctrl-C arrête tout.
    """
    from portail.embedded.leash import tie_to_parent
    from portail.supervisor.demo import run_demo

    if with_parent:
        tie_to_parent(os.getppid(), signal.SIGTERM)
    run_demo(data_dir=data_dir(), host=host, port=port)
