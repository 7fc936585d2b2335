"""click speaks English; people who type ``portail`` read French.

click passes each of its sentences through ``gettext`` but ships no catalogue, so this one is given to its modules.
"""

import gettext
from typing import Any

import click

WHOLE = 1000  # characters: longer than any first sentence of a help

SENTENCES = {
    "Usage:": "Usage :",
    "Options": "Options ",  # click adds the colon
    "Commands": "Commandes ",
    "Positional arguments": "Arguments ",
    "Show this message and exit.": "Affiche cette aide.",
    "Aborted!": "Abandon.",
    "Error: {message}": "Erreur : {message}",
    "Try '{command} {option}' for help.": "Aide : {command} {option}",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire : {possibilities} ?)",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Il manque l’argument",
    "Missing option": "Il manque l’option",
    "No such command {name!r}.": "Commande inconnue : {name}.",
    "No such option {name!r}.": "Option inconnue : {name}.",
    "Option {name!r} requires an argument.": "L’option {name} attend une valeur.",
    "Option {name!r} does not take a value.": "L’option {name} n’attend pas de valeur.",
    "Got unexpected extra argument ({args})": "Argument en trop : {args}",
    "Got unexpected extra arguments ({args})": "Arguments en trop : {args}",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "{value!r} is not a valid {number_type}.": "« {value} » n’est pas un nombre entier.",
    "{value} is not in the range {range}.": "{value} est hors de l’intervalle {range}.",
    "{value!r} is not {choice}.": "« {value} » n’est pas {choice}.",
    "{value!r} is not one of {choices}.": "« {value} » n’est pas parmi {choices}.",
    "{name} {filename!r} does not exist.": "« {filename} » n’existe pas.",
    "{name} {filename!r} is a directory.": "« {filename} » est un dossier.",
    "{name} {filename!r} is a file.": "« {filename} » est un fichier.",
    "{name} {filename!r} is not readable.": "« {filename} » n’est pas lisible.",
    "Could not open file {filename!r}: {message}": "Impossible d’ouvrir « {filename} » : {message}",
    "default: {default}": "défaut : {default}",
    "env var: {var}": "variable : {var}",
    "required": "obligatoire",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    "Do you want to continue?": "Continuer ?",
}


class Group(click.Group):
    """A group of commands whose help is French, and says each command in a whole sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "COMMANDE [ARGUMENTS]…"} | kwargs)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, but a sentence too long for its line goes on the next one instead of being cut."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(WHOLE)) for name, command in commands if command]
        with formatter.section(SENTENCES["Commands"]):
            formatter.write_dl(rows)


class _French(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return SENTENCES.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n < 2 else msgid2)


def speak_french() -> None:
    catalogue = _French()
    modules = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types)
    for module in modules:
        for name in ("gettext", "ngettext"):
            alias = "_" if name == "gettext" else name
            if hasattr(module, alias):
                setattr(module, alias, getattr(catalogue, name))
