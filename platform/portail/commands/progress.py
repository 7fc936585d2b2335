"""What a command is doing, for the person who waits: on the error output, and only when that is a terminal."""

import sys

import click


def step(title: str) -> None:
    """Say what begins now. Scripts, whose error output is no terminal, read nothing of it."""
    if sys.stderr.isatty():
        click.secho(f"{title}…", err=True, dim=True)
