"""The rules of a period and of a stage: read from the file, kept as documents, written back the same."""

import pytest

from booking.models import Period, Stage
from core.commune_file.services import apply_text, check_text, diff_text
from tests.commune_file.small import TOWN, altered
from tests.factories.town_files import written_anew

N = "\u00a0"
RULES = """\
annulation = { type = "never" }
public = { ages = { min = 3, max = 11 }, residences = ["resident", "works_here"], opens = [{ residences = ["works_here"], at = "2023-02-01T08:30" }] }
semaine = { min_days = 2, links = [{ slot = "repas", needs = ["midi"] }] }
dossier = { max_overdue = 50.00, used_this_year = true }
absences = { no_show = { type = "percent", percent = 50 }, waivers = [{ reasons = ["illness"], proofs = ["certificate"], proof_within = { hours = 48 }, carence = { days = 1 } }] }
non_reserve = { type = "own_price", tariff = { type = "flat", amount = 5.49 } }
minimum = { children = 6, resident_percent = 50 }
remboursement = "avoir"
"""
MIDDAY = """
[[activites.periodes.accueils]]
code = "midi"
libelle = "PAUSE DE MIDI"
debut = "11:30"
fin = "13:30"

[[activites.periodes.accueils.stades]]
code = "normal"
libelle = "PAUSE DE MIDI"
delai = { type = "until_start" }
tarif = "repas"
retard = { type = "from_nth", time = 3, per = "month", then = { type = "percent", percent = 100 } }
"""
WHOLE = altered(('annulation = { type = "never" }\n', RULES)) + MIDDAY


def complaints(text: str) -> list[str]:
    return [line.replace(N, " ") for line in check_text(text, "t.toml").complaints()]


def test_all_rules_come_back_as_they_were_written(commune) -> None:
    assert complaints(WHOLE) == []
    apply_text(commune, WHOLE)
    period = Period.objects.get()
    assert period.week == {"min_days": 2, "links": [{"slot": "repas", "needs": ["midi"]}]}
    assert period.minimum == {"children": 6, "resident_percent": 50}
    assert period.refund == "credit"
    assert Stage.objects.get(label="PAUSE DE MIDI").late["type"] == "from_nth"
    assert apply_text(commune, WHOLE).changes == ()
    exported = written_anew(commune)
    assert complaints(exported) == []
    assert diff_text(commune, exported).changes == ()


def test_a_rule_taken_out_of_the_file_is_forgotten(commune) -> None:
    apply_text(commune, WHOLE)
    apply_text(commune, TOWN + MIDDAY)
    period = Period.objects.get()
    assert (period.audience, period.week, period.absences, period.refund) == (None, None, None, "agent")


def test_a_change_of_rule_is_told_in_words(commune) -> None:
    apply_text(commune, WHOLE)
    changed = altered(('"percent", percent = 50', '"percent", percent = 25'), text=WHOLE)
    (change,) = apply_text(commune, changed).changes
    assert "Absences" in str(change)
    assert f"facturé à 25{N}% du prix" in str(change)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'needs = ["midi"]',
            'needs = ["midy"]',
            "t.toml:53 : activites[1].periodes[1].semaine : accueil inconnu de cette période : « midy » ; vouliez-vous dire « midi » ?",
        ),
        (
            "max_overdue = 50.00",
            "member = true",
            "t.toml:54 : activites[1].periodes[1].dossier : le portail ne connaît pas encore les adhésions (member)",
        ),
        (
            "children = 6, resident_percent = 50",
            "",
            "t.toml:57 : activites[1].periodes[1].minimum : indiquez children, resident_percent ou les deux",
        ),
        (
            "min = 3, max = 11",
            "min = 12, max = 11",
            "t.toml:52 : activites[1].periodes[1].public.ages : L’âge max est inférieur à l’âge min",
        ),
        ('"percent", percent = 50', '"pourcent", percent = 50', None),
        (
            'remboursement = "avoir"',
            'remboursement = "credit"',
            "t.toml:58 : activites[1].periodes[1].remboursement : « credit » n’est pas connu ; choix possibles : agent, avoir, liste ou aucun",
        ),
    ],
)
def test_a_wrong_rule_is_told_on_its_line(old: str, new: str, expected: str | None) -> None:
    (told,) = complaints(altered((old, new), text=WHOLE))
    if expected is None:
        assert told.startswith(
            "t.toml:55 : activites[1].periodes[1].absences.no_show : type pourcent inconnu"
        )
    else:
        assert told == expected
