"""What changes is told in the words of the screens: a label for each key that a screen edits, choices by their labels."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from core.commune_file.objects import Data, handle, lists_of, model_of, own_values
from core.commune_file.services import apply_text
from core.commune_file.telling import Side, tongue_of
from core.settings_registry import screen_of
from tests.commune_file.small import TOWN, altered

TOWNS = Path(__file__).resolve().parents[2] / "infra" / "communes"
# What names an object for ever, and what only the vendor sets.
SILENT = {"code", "numero", "identifiant", "insee", "fuseau_horaire", "hotes", "expediteur_sms"}
N = "\u00a0"


def objects(data: Data, kind: tuple[str, ...], names: tuple[str, ...]):
    """(kind, names, object) of all that a town's file holds under ``data``."""
    for item in data if isinstance(data, list) else [data]:
        here = (*names, handle(item)) if isinstance(data, list) else names
        yield kind, here, item
        for key in lists_of(model_of(kind)):
            yield from objects(item.get(key, []), (*kind, key), (*here, key))


@pytest.mark.parametrize("town", ["bellegarde", "balaruc"])
def test_every_key_that_a_screen_edits_has_its_words(town):
    file = tomllib.loads((TOWNS / f"{town}.toml").read_text(), parse_float=Decimal)
    file.pop("exemples", None)
    told, mute = 0, set()
    for key, data in file.items():
        for kind, names, item in objects(data, (key,), (key,)):
            if screen_of(names) is None:
                continue
            side = Side(table=item, file=file)
            said = tongue_of(kind).said(names, own_values(item), side, side)
            told += len(said)
            mute |= {(*kind, one) for one in own_values(item) if one not in said and one not in SILENT}
    # Prices are on the screen of the grids, accounts on those of the providers, places and priorities on their own.
    assert mute <= {("regies", "paiement"), ("regies", "prelevement"),
                    ("activites", "periodes", "priorites"),
                    ("activites", "periodes", "accueils", "encadrement")}  # fmt: skip
    assert told > 100


def test_values_are_told_as_people_read_them(commune):
    town = TOWN + '\n[[documents]]\ncode = "rib"\nnom = "RIB"\nvalidite = "annee_scolaire"\n'
    apply_text(commune, town)
    grid = '{ type = "brackets", brackets = [{ up_to = 600, amount = 2.80 }, { amount = 4.10 }] }'
    changed = altered(
        ('{ type = "flat", amount = 3.30 }', grid),
        ('zone_scolaire = "C"', 'zone_scolaire = "A"\nminutes_panier = 45'),
        ('paiement = "panier"', 'paiement = "facture"\nplaces_affichees = true'),
        text=town.replace('"annee_scolaire"', '"mois"\nmois = 6\ncompte_des_reception = true'),
    )
    lines = [str(one).replace(N, " ") for one in apply_text(commune, changed, dry_run=True).changes]
    period = "Activité RESTAURATION (École) › période Cantine"
    assert {
        "Commune – Minutes pour payer un panier : 60 → 45",
        f"{period} – Paiement : À la réservation, au panier → Plus tard, sur facture",
        "Tarif Repas › prix à partir du 01/09/2022 – Règle de prix : 3,30 € → tranches de quotient (2,80 €, 4,10 €)",
        f"{period} – Montrer les places restantes : non → oui",
        "Document à fournir RIB – Jusqu’à quand il vaut : Jusqu’à la fin de l’année scolaire → Un nombre de mois",
        "Document à fournir RIB – Nombre de mois : rien → 6",
    } <= set(lines)
    assert not [line for line in lines if "_" in line]
