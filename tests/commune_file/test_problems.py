"""Each mistake is told on its line, in French, and all of them at once."""

from typing import get_args

import pytest

from billing.pricing.rules import AnyTariff
from core.commune_file.services import check_text
from tests.commune_file.small import TOWN, altered, without

N = "\u00a0"
TARIFFS = ", ".join(get_args(shape.model_fields["type"].annotation)[0] for shape in get_args(AnyTariff))


def complaints(text: str) -> list[str]:
    """What `check` says, with plain spaces to be readable here."""
    return [line.replace(N, " ") for line in check_text(text, "t.toml").complaints()]


def test_the_small_town_is_right() -> None:
    assert complaints(TOWN) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (altered(("2023-03-31", "2023-03-01")), "t.toml:48 : activites[1].periodes[1].fin : la fin précède le début"),
        (
            altered(("telephone", "telefone")),
            "t.toml:12 : accueil.telefone : clé inconnue « telefone » ; vouliez-vous dire « telephone » ?",
        ),
        (altered(('fin = "13:00"', 'fin = "25:00"')), "t.toml:57 : activites[1].periodes[1].accueils[1].fin : « 25:00 » n’est pas une heure ; écrivez par exemple 23:55"),
        (altered(('fin = "13:00"', 'fin = "11:00"')), "t.toml:57 : activites[1].periodes[1].accueils[1].fin : la fin précède le début"),
        (
            altered(('etablissement = "ecole"', 'etablissement = "ecol"')),
            "t.toml:41 : activites[1].etablissement : établissement inconnu : « ecol » ; vouliez-vous dire « ecole » ?",
        ),
        (altered(('regie = "cantine"', 'regie = "x"')), "t.toml:42 : activites[1].regie : régie inconnue : « x » ; seul choix : cantine"),
        (
            altered(('regie = "cantine"\n', ""), ('paiement = "panier"', 'paiement = "facture"')),
            "t.toml:63 : activites[1].periodes[1].accueils[1].stades[1].tarif : un prix a besoin d’une régie pour l’encaisser : indiquez celle de l’activité",
        ),
        (
            altered(('tarif = "repas"', 'tarif = "repa"')),
            "t.toml:64 : activites[1].periodes[1].accueils[1].stades[1].tarif : tarif inconnu : « repa » ; vouliez-vous dire « repas » ?",
        ),
        (
            altered(("places = 10", "places = -1")),
            "t.toml:58 : activites[1].periodes[1].accueils[1].places : « -1 » est inférieur à 0",
        ),
        (
            altered(("places = 10", 'places = "dix"')),
            "t.toml:58 : activites[1].periodes[1].accueils[1].places : un nombre entier est attendu",
        ),
        (
            altered(("2022-09-01", "2023-09-01")),
            "t.toml:64 : activites[1].periodes[1].accueils[1].stades[1].tarif : le tarif n’a pas de prix au début de la période (06/03/2023)",
        ),
        (
            altered(("amount = 3.30", "amount = 3.305")),
            "t.toml:36 : tarifs[1].versions[1].regle.amount : « 3.305 » a plus de deux décimales",
        ),
        (
            altered(('"flat"', '"plat"')),
            f"t.toml:36 : tarifs[1].versions[1].regle : type plat inconnu ; choix possibles : {TARIFFS}",
        ),
        (altered(('numcli = "090909"', 'numcli = "12"')), "t.toml:28 : regies[1].paiement.numcli : « 12 » ne convient pas : 6 chiffres, un par régie, donné par la DGFiP dans le formulaire d’adhésion"),
        (altered(("numcli =", "numcl =")), "t.toml:25 : regies[1].paiement : clé obligatoire absente : numcli"),
        (
            without("[regies.paiement]"),
            "t.toml:45 : activites[1].periodes[1].paiement : la régie « Régie Cantine » n’a pas de compte de paiement en ligne",
        ),
        (altered(('regie = "cantine"\n', "")), "t.toml:49 : activites[1].periodes[1].paiement : une activité payée au panier a besoin d’une régie"),
        (
            altered(('tarif = "repas"\n', "")),
            "t.toml:60 : activites[1].periodes[1].accueils[1].stades[1] : un tarif est nécessaire quand la réservation se paie au panier",
        ),
        (
            altered(('jours = ["lun", "mar"', 'jours = ["lundi", "mar"')),
            "t.toml:49 : activites[1].periodes[1].jours[1] : « lundi » n’est pas connu ; choix possibles : lun, mar, mer, jeu, ven, sam ou dim",
        ),
        (
            altered(('weekday = "sun"', 'weekday = "dimanche"')),
            "t.toml:63 : activites[1].periodes[1].accueils[1].stades[1].delai.weekday : « dimanche » n’est pas connu ; choix possibles : mon, tue, wed, thu, fri, sat ou sun",
        ),
        (
            altered(('weekday = "sun", time', 'weekday = "sun", heure')),
            "t.toml:63 : activites[1].periodes[1].accueils[1].stades[1].delai.heure : clé inconnue « heure » ; choix possibles : shift, time, type, weekday ou weeks",
        ),
        (
            altered(('regle = { type = "flat", amount = 3.30 }', 'regle = { type = "outside_surcharge", amount = 1, base = { type = "outside_surcharge", percent = 5, base = { type = "flat", montant = 3.30 } } }')),
            "t.toml:36 : tarifs[1].versions[1].regle.base.base.montant : clé inconnue « montant » ; vouliez-vous dire « amount » ?",
        ),
        (TOWN + TOWN[TOWN.index("[[etab") : TOWN.index("[[reg")], "t.toml:66 : etablissements[2].code : le code « ecole » est déjà pris"),
        (altered(('type = "primaire"', 'type = "lycee"')), "t.toml:17 : etablissements[1].type : « lycee » n’est pas connu ; choix possibles : maternelle, elementaire, primaire, centre, creche ou mdj"),
        (without("[accueil]"), "t.toml:1 : accueil : table obligatoire absente"),
        (altered(("[accueil]", "[[accueil]]")), "t.toml:6 : accueil : écrivez [accueil]"),
        (altered(('nom = "Bellegarde"', "nom = Bellegarde")), "t.toml:3 : syntaxe TOML : cette valeur ne se comprend pas ; un texte s’écrit entre guillemets"),
        (altered(('nom = "Bellegarde"', 'nom = "Bellegarde')), "t.toml:3 : syntaxe TOML : caractère interdit dans ce texte, ou guillemet fermant oublié"),
        (altered(("ville =", "adresse =")), "t.toml:11 : syntaxe TOML : cette clé est déjà écrite"),
        (altered(('zone_scolaire = "C"', 'zone_scolaire = "C"\nfuseau_horaire = "Europe/Pari"')), "t.toml:5 : commune.fuseau_horaire : fuseau horaire inconnu : « Europe/Pari » ; vouliez-vous dire « Europe/Paris » ?"),
        (altered(('code = "cantine"\nnom = "Cantine"', 'code = "cantine-{annees}"\nnom = "Cantine"')), 't.toml:45 : activites[1].periodes[1].code : {annees} demande annee_scolaire = "courante"'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_on_its_line(text: str, expected: str) -> None:
    assert expected in complaints(text)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = altered(
        ('type = "primaire"', 'type = "lycee"'),
        ("amount = 3.30", "amount = -1"),
        ('regie = "cantine"', 'regie = "x"'),
    )
    assert [line.split(" : ")[0] for line in complaints(text)] == ["t.toml:17", "t.toml:36", "t.toml:42"]


EXAMPLE = """
[[exemples]]
nom = "Lundi"
periode = "cantine"
accueil = "repas"
date = 2023-03-13
reserve_le = 2023-03-12T23:55:00
attendu = "ouvert"
dernier_moment = "dimanche d’avant à 23:55"
prix = 3.30
motif = "Réservable"
"""


def test_an_example_that_holds_says_nothing() -> None:
    assert complaints(TOWN + EXAMPLE) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("23:55:00", "23:56:00"), "attendu : ouvert ; obtenu : fermé – Réservable jusqu’au dimanche 12 mars 2023 à 23:55 : le délai est passé"),
        (("prix = 3.30", "prix = 4"), "prix attendu : 4,00 € ; obtenu : 3,30 €"),
        (("dimanche d’avant à 23:55", "la veille à 20:00"), "dernier moment attendu : dimanche 12 mars 2023 à 20:00 ; obtenu : dimanche 12 mars 2023 à 23:55"),
        (('motif = "Réservable"', 'motif = "Trop tard"'), "motif attendu : « Trop tard » ; obtenu : « Réservable jusqu’au dimanche 12 mars 2023 à 23:55 »"),
        (("date = 2023-03-13", 'date = "5e lundi ouvert de mars"'), "la période n’a pas de « 5e lundi ouvert de mars »"),
        (("date = 2023-03-13", "date = 2023-04-13"), "attendu : ouvert ; obtenu : fermé – le jeu. 13/04/2023 est hors de la période"),
    ],
)  # fmt: skip
def test_an_example_that_fails_says_what_was_found(change: tuple[str, str], expected: str) -> None:
    [found, *_] = complaints(TOWN + altered(change, text=EXAMPLE))
    assert found == f"t.toml:66 : exemple « Lundi » : {expected}"


@pytest.mark.parametrize("value", ["", "1", '""', "[]", "{}", "2023-03-06", '"{annees}"', "[{}]"])
def test_no_mistake_on_a_line_makes_the_check_itself_fail(value: str) -> None:
    lines = (TOWN + EXAMPLE).splitlines()
    for rank, line in enumerate(lines):
        key, equals, _ = line.partition(" = ")
        spoilt = f"{key} = {value}" if equals and value else ""
        report = check_text("\n".join([*lines[:rank], spoilt, *lines[rank + 1 :]]), "t.toml")
        assert all(1 <= problem.line <= len(lines) + 1 for problem in report.problems)


CANCELLED = altered(
    ('accueil = "repas"', 'accueil = "repas"\nacte = "annuler"'),
    ("prix = 3.30\n", ""),
    ('dernier_moment = "dimanche d’avant à 23:55"\n', ""),
    ('motif = "Réservable"', 'motif = "pas possible sur le portail"'),
    text=EXAMPLE,
)


def test_an_example_may_be_about_cancelling() -> None:
    closed = altered(('attendu = "ouvert"', 'attendu = "ferme"'), text=CANCELLED)
    assert complaints(TOWN + closed) == []
    opened = altered(('annulation = { type = "never" }', 'annulation = { type = "days_before", days = 1 }'))
    held = altered(
        ('motif = "pas possible sur le portail"', 'dernier_moment = "la veille à 23:59"'), text=CANCELLED
    )
    assert complaints(opened + held) == []
    assert complaints(TOWN + CANCELLED) == [
        "t.toml:66 : exemple « Lundi » : attendu : ouvert ; obtenu : fermé – Ce n’est pas possible sur le portail"
    ]


def test_cancelling_has_no_price() -> None:
    priced = altered(("prix = 3.30", 'prix = 3.30\nacte = "annuler"'), text=EXAMPLE)
    assert complaints(TOWN + priced) == ["t.toml:74 : exemples[1].prix : une annulation n’a ni stade ni prix"]
