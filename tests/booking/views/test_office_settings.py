"""« Réglages »: an administrator goes from nothing to an activity that a family books, without any code."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from booking.models import Period, Stage
from booking.queries.offer import choices_for
from booking.queries.planning import load_planning
from booking.services.requests import submit_request
from core import clock
from core.clock import frozen
from core.commune_file.services import apply_text, export_text
from core.models import AppliedFile, Child, Establishment, SettingsChange
from core.words import long_date
from tenants.context import town_timezone, use_commune
from tests.booking.views.pages import text_of
from tests.commune_file.small import a_booking, altered
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries

PERIOD = "activites/restauration/periodes/cantine"
STAGE = f"{PERIOD}/accueils/repas/stades/normal"


@pytest.fixture
def town(commune):
    start = clock.today(town_timezone()) + timedelta(days=7)
    dates = (("2023-03-06", str(start)), ("2023-03-31", str(start + timedelta(days=40))))
    apply_text(commune, altered(*dates))
    with use_commune(commune):
        yield commune


@pytest.fixture
def desk(town, client_for):
    return client_for(town, an_agent())


def at(name: str, *args: str) -> str:
    return reverse(f"agent_settings{name}", args=args)


def post(desk, url: str, **data):
    answer = desk.post(url, data, follow=True)
    assert answer.status_code == 200
    return text_of(answer).replace("\u00a0", " ")


def publish(desk) -> str:
    page = text_of(desk.get(at("_publish")))
    assert "Publier</button>" in page, page
    return post(desk, at("_publish"), vu=list(SettingsChange.objects.values_list("pk", flat=True)))


def test_from_nothing_to_an_activity_that_a_family_books(desk, town):
    assert at("") in text_of(desk.get("/agent/organisation/"))
    home = text_of(desk.get(at("")))
    assert "1 établissement" in home
    assert "1 activité, 1 période" in home
    post(desk, at("_new", "tarifs"), libelle="Journée", prix="12,50", des_le="2026-01-01")
    post(
        desk,
        at("_new", "activites"),
        nom="LOISIRS",
        etablissement="ecole",
        regie="cantine",
        eleves_seulement="on",
    )
    today = clock.today(town_timezone())
    dates = {
        "debut": f"{today + timedelta(days=20):%d/%m/%Y}",
        "fin": f"{today + timedelta(days=26):%d/%m/%Y}",
    }
    period = {"nom": "Vacances", "jours": ["lun", "mar", "mer", "jeu", "ven"], "vacances": "ouvert",
              "mode": "immediate", "paiement": "facture", "presentation": "semaine", "minutes_proposition": 1440,
              "remboursement": "agent"}  # fmt: skip
    refused = post(
        desk, at("_new", "activites/loisirs-ecole/periodes"), **{**period, **dates, "fin": "01/01/2020"}
    )
    assert "La fin précède le début" in refused
    assert 'value="Vacances"' in refused
    post(desk, at("_new", "activites/loisirs-ecole/periodes"), **period, **dates)
    where = "activites/loisirs-ecole/periodes/vacances"
    assert "il reste à corriger" in text_of(desk.get(at("_publish"))).lower()
    post(desk, at("_new", f"{where}/accueils"), libelle="JOURNÉE", debut="09:00", fin="17:00", places="12")
    post(desk, at("_new", f"{where}/accueils/journee/stades"), libelle="JOURNÉE", tarif="journee")
    rule = reverse("agent_settings_rule", args=["delai", f"{where}/accueils/journee/stades/journee"])
    assert "Combien de jours avant" in text_of(desk.get(rule, {"forme": "jours"}))
    tried = post(desk, f"{rule}?forme=jours", days=2, count="working", time="12:00", essayer=1)
    assert "2 jours ouvrés avant la date souhaitée. Heure limite : 12:00" in tried
    assert tried.count("jusqu’au ") >= 3
    post(desk, f"{rule}?forme=jours", days=2, count="working", time="12:00", garder=1)
    assert "C’est publié" in publish(desk)

    made = Period.objects.get(code="vacances")
    family = a_family(school=Establishment.objects.get())
    child = Child.objects.select_related("school", "household").get(pk=family.child.pk)
    now = clock.now()
    offered = next(one for one in choices_for([child], now=now)[child.pk] if one.period.pk == made.pk)
    assert not offered.obstacle
    cell = next(
        cell for cell in load_planning(child=child, period=offered.period, now=now).cells() if cell.is_open
    )
    assert str(cell.price) == "12.50"
    submit_request(
        child=child, period=offered.period, wishes={cell.opening_id: cell.stage_id}, cancellations=[],
        by=family.user, now=now,
    )  # fmt: skip


def test_an_object_keeps_what_was_typed_beside_what_is_wrong(desk):
    page = post(desk, at("_object", "regies/cantine"), nom="Régie", titre_bloc="CANTINE", prefixe="cant!", relances="deux",
                delai_paiement=30, facture_minimale="0", seuil_tresor="15", avoirs="first")  # fmt: skip
    assert "nombres de jours" in page
    assert "deux" in page
    assert not SettingsChange.objects.exists()
    page = post(desk, at("_object", "regies/cantine"), nom="Régie", titre_bloc="CANTINE", prefixe="CANT", relances="8, 15",
                delai_paiement=30, facture_minimale="0", seuil_tresor="15", avoirs="first", guichet=["cheque"])  # fmt: skip
    assert SettingsChange.objects.get().values == 'nom = "Régie"\nguichet = ["cheque"]\nrelances = [8, 15]\n'
    assert "Abandonner ce qui est préparé ici" in page


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("semaine", {"weekday": "thu", "weeks": 1, "time": "18:00", "shift": "on"}, "le jeudi de la semaine précédant"),
        ("tableau", {"mon_le": "fri", "mon_a": "12:00", "tue_le": "mon", "tue_a": "12:00"}, "le vendredi pour le lundi"),
        ("fixe", {"at": "2026-12-01T12:00"}, "le mardi 1er décembre 2026"),
    ],
)  # fmt: skip
def test_a_cutoff_comes_back_in_the_form_that_wrote_it(desk, kind, values, words):
    url = reverse("agent_settings_rule", args=["annulation", PERIOD])
    assert words in post(desk, f"{url}?forme={kind}", **values, garder=1)
    page = text_of(desk.get(url))
    assert f'<option value="{kind}" selected>' in page
    for value in values.values():
        assert value == "on" or f'value="{value}"' in page


def test_the_next_days_of_a_cutoff_follow_the_calendar_in_preparation(desk, town):
    url = reverse("agent_settings_rule", args=["delai", STAGE]) + "?forme=jours"
    asked = {"days": 1, "count": "calendar", "time": "10:00"}
    opens = Period.objects.get().slots.get().openings.order_by("date")[1].date
    assert long_date(opens).capitalize() in post(desk, url, **asked)
    day = {"du": opens, "au": opens, "effet": "ferme", "motif": "Pont", "etablissement": ""}
    post(desk, at("_new", "calendrier"), **day)
    assert SettingsChange.objects.exists()
    assert long_date(opens).capitalize() not in post(desk, url, **asked)


def test_each_rule_of_a_period_is_said_in_words(desk):
    for key, form, values, words in (
        ("absences", "simple", {"absence": "percent", "montant": "50", "motifs": ["illness"], "preuves": ["certificate"]},
         "facturé à 50 % du prix"),
        ("dossier", "simple", {"max_overdue": "0", "quotient_known": "on"}, "Aucun impayé"),
        ("public", "simple", {"age_min": 3, "age_max": 11, "unite": "ans", "residences": ["resident"]}, "Enfants de 3 à 11 ans"),
        ("minimum", "simple", {"children": 6}, "sous 6 enfants inscrits"),
        ("semaine", "simple", {"min_days": 2}, "Au moins 2 jours par semaine"),
        ("non_reserve", "majoration", {"amount": "2,00", "per": "unit"}, "2,00 € de plus"),
        ("non_reserve", "ecrite", {"texte": '{"type": "percent"}'}, "Clé obligatoire absente"),
    ):  # fmt: skip
        url = reverse("agent_settings_rule", args=[key, PERIOD]) + f"?forme={form}"
        assert words in post(desk, url, **values, garder=1), key
    assert SettingsChange.objects.count() == 1
    assert "C’est publié" in publish(desk)


def test_the_effect_counts_the_bookings_before_anything_is_published(desk, town):
    period = Period.objects.get()
    a_booking(period.slots.get().openings.order_by("date").first().date)
    url = reverse("agent_settings_rule", args=["delai", STAGE])
    post(desk, f"{url}?forme=jours", days=3, count="calendar", time="10:00", garder=1)
    before = Stage.objects.get().cutoff
    page = text_of(desk.get(at("_publish")))
    assert "Réservations à venir touchées" in page
    assert "Réservation</td>" in page
    assert Stage.objects.get().cutoff == before
    post(desk, at("_undo"), tout=1)
    assert "Rien n’est en préparation" in text_of(desk.get(at("_publish")))


def test_history_tells_what_changed_and_leads_back(desk, town):
    post(desk, at("_object", "etablissements/ecole"), nom="École Lamour", type="primaire")
    publish(desk)
    first = AppliedFile.objects.first()
    page = text_of(desk.get(at("_history")))
    assert "École → École Lamour" in page
    assert "Dominique Guichet" in page
    back = desk.get(at("_version", first.pk))
    assert "École Lamour → École" in text_of(back)
    assert f'href="{at("_object", "etablissements/ecole")}">Établissement École</a> – Nom' in back.text
    post(desk, at("_version", first.pk))
    assert Establishment.objects.get().name == "École"
    assert AppliedFile.objects.count() == 3


def test_the_file_goes_out_and_comes_in(desk, town):
    answer = desk.get(at("_export"))
    text = answer.content.decode()
    assert text == export_text(town)
    assert 'filename="bellegarde.toml"' in answer["Content-Disposition"]
    wrong = text.replace('type = "primaire"', 'type = "lycee"')
    page = post(desk, at("_import"), fichier=SimpleUploadedFile("c.toml", wrong.encode()))
    assert "essai:17 : etablissements[1].type" in page
    changed = text.replace('nom = "École"', 'nom = "École Lamour"')
    page = post(desk, at("_import"), fichier=SimpleUploadedFile("c.toml", changed.encode()))
    assert "École → École Lamour" in page
    assert Establishment.objects.get().name == "École"
    assert "C’est appliqué" in post(desk, at("_import"), texte=changed, appliquer=1)
    assert Establishment.objects.get().name == "École Lamour"


def test_a_period_is_copied_for_the_next_year_with_its_prices(desk, town):
    period = Period.objects.get()
    url = at("_copy", PERIOD)
    start = period.start + timedelta(weeks=52)
    data = {"nom": "Cantine suivante", "debut": str(start), "fin": str(period.end + timedelta(weeks=52))}
    assert "La nouvelle période" in post(desk, url, **data, apercu=1)
    assert not SettingsChange.objects.exists()
    post(desk, url, **data, creer=1)
    assert "C’est publié" in publish(desk)
    copy = Period.objects.get(code="cantine-suivante")
    assert copy.start == start
    assert copy.slots.get().stages.get().tariff.code == "repas"
    assert copy.slots.get().openings.exists()


def test_an_old_period_is_proposed_for_the_school_year_to_come(commune, client_for):
    moment = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
    with frozen(moment):
        apply_text(commune, altered(('nom = "Cantine"', 'nom = "Cantine 2022-2023"')))
        with use_commune(commune):
            desk = client_for(commune, an_agent())
            # From the return of the winter holidays of 2023, zone C, to that of 2028.
            page = text_of(desk.get(at("_copy", PERIOD)))
            assert "Cantine 2027-2028" in page
            assert 'value="2028-02-28"' in page
            assert "ne sont pas encore publiées" not in page
            later = text_of(desk.get(at("_copy", PERIOD) + "?annee=2"))
            assert "Cantine 2029-2030" in later
            assert "ne sont pas encore publiées" in later


def test_a_period_that_returns_is_named_without_the_mark_of_the_file(commune, client_for):
    written = 'code = "cantine"\nnom = "Cantine"\ndebut = 2023-03-06\nfin = 2023-03-31'
    returns = 'code = "cantine-{annees}"\nnom = "Cantine {annees}"\nannee_scolaire = "courante"\ndebut = "01/09"\nfin = "05/07"'  # fmt: skip
    apply_text(commune, altered((written, returns)))
    with use_commune(commune):
        desk = client_for(commune, an_agent())
        listed = text_of(desk.get(at("_object", "activites/restauration")))
        assert "Cantine (chaque année)" in listed
        url = at("_object", "activites/restauration/periodes/cantine-{annees}")
        page = text_of(desk.get(url))
        assert "{annees}" not in listed + page
        assert 'name="nom" value="Cantine"' in page
        period = {"nom": "Restaurant scolaire", "debut": "01/09", "fin": "05/07", "jours": ["lun", "mar"],
                  "vacances": "ferme", "mode": "immediate", "paiement": "panier", "presentation": "mois",
                  "minutes_proposition": 1440, "remboursement": "agent"}  # fmt: skip
        post(desk, url, **period)
        assert 'nom = "Restaurant scolaire {annees}"' in SettingsChange.objects.get().values
        assert "Restaurant scolaire (chaque année)" in text_of(desk.get(at("_publish")))


def test_what_is_new_is_said_to_be_created(desk):
    post(desk, at("_new", "etablissements"), nom="École du Nord", type="primaire")
    post(desk, at("_object", "etablissements/ecole"), nom="École Lamour", type="primaire")
    page = text_of(desk.get(at("_publish")))
    assert [word for word in ("création", "modification") if f'data-label="Quoi">{word}</td>' in page] == [
        "création",
        "modification",
    ]


def test_two_who_write_the_same_setting_are_told_of_it(desk, town, client_for):
    url = at("_object", "etablissements/ecole")
    shown = re.search(r'name="vu" value="(\w+)"', text_of(desk.get(url))).group(1)
    post(client_for(town, an_agent()), url, nom="École Lamour", type="primaire", vu=shown)
    page = post(desk, url, nom="École du Stade", type="primaire", vu=shown)
    assert "Ce réglage a changé pendant votre saisie" in page
    assert "Dominique Guichet l’a préparé autrement" in page
    assert 'value="École du Stade"' in page, "rien de ce qui est écrit n’est perdu"
    assert "École Lamour" in SettingsChange.objects.get().values
    again = re.search(r'name="vu" value="(\w+)"', page).group(1)
    post(desk, url, nom="École du Stade", type="primaire", vu=again)
    assert "École du Stade" in SettingsChange.objects.get().values


def test_a_file_read_before_another_publication_is_not_applied(desk, town):
    text = export_text(town).replace('nom = "École"', 'nom = "École du Stade"')
    since = re.search(r'name="depuis" value="(\d+)"', post(desk, at("_import"), texte=text)).group(1)
    post(desk, at("_object", "etablissements/ecole"), nom="École Lamour", type="primaire")
    publish(desk)
    page = post(desk, at("_import"), texte=text, depuis=since, appliquer=1)
    assert "ont été publiés entre-temps par Dominique Guichet" in page
    assert "École Lamour → École du Stade" in page, "l’effet est relu"
    assert Establishment.objects.get().name == "École Lamour"


def test_what_is_moved_keeps_the_focus(desk):
    post(desk, at("_new", "etablissements"), nom="École du Nord", type="primaire")
    page = post(desk, at("_act", "etablissements/ecole-du-nord"), act="up")
    assert page.index("École du Nord</a>") < page.index("École</a>")
    # At the top of the list: « Monter » is gone, « Descendre » of the same line has it.
    assert page.count("autofocus") == 1
    assert page.index("École du Nord</a>") < page.index("autofocus") < page.index("École</a>")


def test_texts_days_and_fields_have_their_screens(desk):
    post(desk, at("_new", "reglements"), nom="Règlement", nature="reglement", concerne="famille")
    post(
        desk,
        at("_new", "reglements/reglement/versions"),
        publiee_le="2026-09-01",
        texte="**Soyez** à l’heure.",
    )
    post(
        desk, at("_new", "reglements/reglement/versions"), publiee_le="2026-10-01", texte="Soyez à l’heure !"
    )
    day = {"du": "2027-05-07", "au": "2027-05-07", "effet": "ferme", "motif": "Pont", "etablissement": ""}
    post(desk, at("_new", "calendrier"), **day)
    post(desk, at("_object", "calendrier/2027-05-07_2027-05-07_ferme_"), **{**day, "au": "2027-05-08"})
    post(desk, at("_new", "dossier_enfant"), rubrique="allergies", acces="obligatoire", validation="on")
    post(desk, at("_new", "regimes"), nom="Sans viande", nature="servi", propose="on")
    post(
        desk,
        at("_new", "documents"),
        nom="Assurance",
        concerne="enfant",
        validite="mois",
        mois=12,
        jours_rappel=30,
    )
    page = post(
        desk, at("_new", "documents"), nom="Vaccins", concerne="enfant", validite="mois", jours_rappel=30
    )
    assert "« mois » va avec" in page
    assert "Obligatoire, validé par un agent" in text_of(desk.get(at("_list", "dossier_enfant"))).replace(
        "\u00a0", " "
    )
    assert SettingsChange.objects.get(path="dossier_enfant/allergies").title.endswith("Allergies")
    page = publish(desk)
    assert "C’est publié" in page
    lines = AppliedFile.objects.last().changes
    assert "Ajout\u00a0: règlement Règlement › version 2" in lines
    assert any("Pont" in line and "08/05/2027" in line for line in lines)


def test_what_does_not_exist_is_not_found(desk):
    for url in (at("_object", "etablissements/ailleurs"), at("_list", "exemples"), at("_object", "commune/x"),
                at("_new", "commune"), reverse("agent_settings_rule", args=["delai", PERIOD]), at("_version", 0)):  # fmt: skip
        assert desk.get(url).status_code == 404, url
    assert desk.post(at("_act", PERIOD), {"act": "explode"}).status_code == 404


def test_the_home_costs_the_same_for_any_number_of_objects(desk):
    numbers = iter(range(9))

    def add() -> None:
        number = next(numbers)
        Establishment.objects.create(code=f"e{number}", name=f"École {number}", kind="primaire")

    assert_constant_queries(act=lambda: desk.get(at("")), add_row=add)
