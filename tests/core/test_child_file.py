"""What is written in a child's file: at once or after an agent, with both values kept, and health never in clear."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from core.child_file import SHAPES, Access, DossierField, PartKind, in_words
from core.health_alert import alert_on
from core.models import (
    ChildFact,
    ChildMeal,
    FileChange,
    HealthReading,
    HealthRecord,
    MealChoice,
    OutgoingMail,
)
from core.queries.child_file import (
    clear_values,
    find_changes,
    incomplete_children,
    last_refusals,
    meal_names,
    meals_on,
)
from core.services.child_file import (
    ChangeDecidedError,
    accept_change,
    propose_changes,
    refuse_change,
    write_values,
)
from core.services.health import read_health
from tests.factories.child_file import NUTS, PAI, a_policy, some_meals, tells
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
VEGETARIAN = [{"meal": "sans-viande"}]


@pytest.fixture
def family(commune):
    town_settings()
    some_meals()
    return a_family(school=None)


def propose(family, values, *, at=NOW):
    return propose_changes(owner=family.child, values=values, by=family.user, now=at, today=at.date())


def test_every_field_has_words_for_all_its_parts():
    for field, shape in SHAPES.items():
        entry = {
            part.key: {"date": "2026-09-01", "choice": dict(part.choices) and part.choices[0][0]}.get(
                part.kind, "texte"
            )
            or "sans-viande"
            for part in shape.parts
        }
        [line] = in_words(field, [entry], choices={"meal": {"sans-viande": "Sans viande"}})
        said = [part for part in shape.parts if part.kind != PartKind.PHOTO]
        assert len(line.split(shape.glue)) == len(said), field
        assert line.photo == ("texte" if len(said) < len(shape.parts) else "")
        assert "2026-09-01" not in line
        assert all(
            part.kind != PartKind.CHOICE or part.choices or part.key in {"meal", "school"}
            for part in shape.parts
        )


def test_what_needs_no_agent_is_known_at_once(family):
    done = propose(family, {DossierField.ALLERGIES: NUTS, DossierField.SWIMMING: [{"swims": "yes"}]})
    assert [len(done.applied), len(done.waiting)] == [2, 0]
    assert HealthRecord.objects.get(child=family.child).values == {DossierField.ALLERGIES: NUTS}
    assert clear_values(family.child, day=TODAY) == {DossierField.SWIMMING: [{"swims": "yes"}]}
    change = FileChange.objects.get(field=DossierField.ALLERGIES)
    assert (change.before, change.after, change.decided_by) == ([], NUTS, family.user)
    assert not OutgoingMail.objects.exists()


def test_a_diet_waits_for_an_agent_and_counts_from_the_day_he_says(family):
    [change] = propose(family, {DossierField.MEAL: VEGETARIAN}).waiting
    assert meals_on([family.child.pk], TODAY) == {}
    start = TODAY + timedelta(days=12)
    accept_change(change=change, by=an_agent(), now=NOW, valid_from=start)
    assert meals_on([family.child.pk], start - timedelta(days=1)) == {}
    assert meals_on([family.child.pk], start) == {family.child.pk: MealChoice.objects.get(code="sans-viande")}
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (family.user.email, "Dossier de Jade\u00a0: changement enregistré")
    assert "repas à la cantine" in mail.text and "Sans viande" not in mail.text


def test_a_later_diet_gives_way_to_a_new_one(family):
    for day in (date(2027, 1, 4), date(2026, 12, 1)):
        write_values(
            child=family.child,
            values={DossierField.MEAL: VEGETARIAN},
            by=an_agent(),
            now=NOW,
            valid_from=day,
        )
    assert [meal.valid_from for meal in ChildMeal.objects.all()] == [date(2026, 12, 1)]
    write_values(
        child=family.child,
        values={DossierField.MEAL: [{"meal": "habituel"}]},
        by=an_agent(),
        now=NOW,
        valid_from=date(2027, 2, 1),
    )
    assert meals_on([family.child.pk], date(2027, 2, 1)) == {}
    assert clear_values(family.child, day=date(2027, 2, 1)) == {DossierField.MEAL: [{"meal": "habituel"}]}


def test_a_refusal_leaves_the_file_and_says_why(family):
    [change] = propose(family, {DossierField.PAI: PAI}).waiting
    refuse_change(change=change, reason="Il manque le PAI signé.", by=an_agent(), now=NOW)
    assert not HealthRecord.objects.exists()
    assert last_refusals(family.child) == [change]
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Dossier de Jade\u00a0: changement refusé"
    assert "Motif\u00a0: Il manque le PAI signé." in mail.text
    with pytest.raises(ChangeDecidedError):
        accept_change(change=change, by=an_agent(), now=NOW, valid_from=TODAY)


def test_a_new_wish_replaces_the_waiting_one_and_the_old_value_takes_it_back(family):
    propose(family, {DossierField.MEAL: VEGETARIAN})
    propose(family, {DossierField.MEAL: VEGETARIAN})
    assert FileChange.objects.count() == 1
    propose(family, {DossierField.MEAL: [{"meal": "panier"}]})
    assert list(FileChange.objects.order_by("pk").values_list("state", flat=True)) == ["replaced", "pending"]
    propose(family, {DossierField.MEAL: []})
    assert not find_changes().exists()
    assert not ChildMeal.objects.exists()


def test_what_an_agent_writes_closes_what_waited(family):
    propose(family, {DossierField.MEAL: VEGETARIAN})
    tells(family.child, {DossierField.MEAL: [{"meal": "panier"}]}, now=NOW)
    assert not find_changes().exists()
    assert meals_on([family.child.pk], TODAY)[family.child.pk].code == "panier"


def test_a_family_writes_only_what_the_town_lets_it(family):
    a_policy(DossierField.NOTES, Access.SHOWN)
    a_policy(DossierField.SWIMMING, Access.HIDDEN)
    done = propose(family, {DossierField.NOTES: [{"text": "x"}], DossierField.SWIMMING: [{"swims": "no"}]})
    assert (done.applied, done.waiting) == ([], [])
    assert not ChildFact.objects.exists()


def test_emptying_a_field_forgets_it(family):
    tells(family.child, {DossierField.NOTES: [{"text": "Doudou"}], DossierField.ALLERGIES: NUTS}, now=NOW)
    propose(family, {DossierField.NOTES: [], DossierField.ALLERGIES: []})
    assert not ChildFact.objects.exists()
    assert HealthRecord.objects.get().sealed == ""


def test_health_is_nowhere_in_clear(family):
    propose(family, {DossierField.ALLERGIES: NUTS, DossierField.PAI: PAI})
    with connection.cursor() as cursor:
        for table in ("core_healthrecord", "core_filechange", "core_childfact"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert "rachides" not in " ".join(row[0] for row in cursor.fetchall()), table
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildFact.objects.create(child=family.child, field=DossierField.ALLERGIES, entries=NUTS)


def test_each_reading_is_written_down_and_stays(family):
    other = a_family(school=None).child
    tells(family.child, {DossierField.ALLERGIES: NUTS}, now=NOW)
    agent = an_agent()
    opened = read_health(children=[family.child.pk, other.pk], by=agent, place="Pointage", now=NOW)
    assert opened == {family.child.pk: {DossierField.ALLERGIES: NUTS}}
    reading = HealthReading.objects.get()
    assert (reading.child, reading.by, reading.at, reading.place) == (family.child, agent, NOW, "Pointage")
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        HealthReading.objects.update(place="Nulle part")
    read_health(children=[other.pk], looked_at=[other.pk], by=agent, place="Page de l’enfant", now=NOW)
    assert HealthReading.objects.filter(child=other).count() == 1
    family.child.delete()
    assert HealthReading.objects.get().child == other


def test_the_alert_is_of_the_day():
    health = {DossierField.ALLERGIES: NUTS, DossierField.PAI: PAI}
    assert str(alert_on(health, TODAY)) == "Allergies : Arachides : gonflement des lèvres – PAI"
    assert not alert_on(health, date(2027, 9, 1)).has_pai
    assert not alert_on(
        {DossierField.ALLERGIES: [{"known": "no"}], DossierField.PAI: [{"known": "no"}]}, TODAY
    )
    assert alert_on({DossierField.PAI: [{"known": "yes"}]}, TODAY).has_pai


def test_reading_many_costs_the_same_as_one(family):
    agent, children = an_agent(), []

    def add():
        child = a_family(school=None).child
        tells(child, {DossierField.ALLERGIES: NUTS, DossierField.MEAL: VEGETARIAN}, now=NOW)
        children.append(child.pk)

    def act():
        read_health(children=children, by=agent, place="Pointage", now=NOW)
        meals_on(children, TODAY)

    assert_constant_queries(act=act, add_row=add)


def test_a_file_is_complete_once_all_that_the_town_wants_is_said_or_asked(family):
    others = [a_family(school=None).child.pk for _ in range(2)]
    children = [family.child.pk, *others]
    assert incomplete_children(children, day=TODAY) == set()
    for field in (DossierField.MEAL, DossierField.ALLERGIES, DossierField.INSURANCE, DossierField.PAI):
        a_policy(field, Access.MANDATORY, is_checked=field == DossierField.PAI)
    assert incomplete_children(children, day=TODAY) == set(children)
    propose(
        family,
        {
            DossierField.MEAL: [{"meal": "habituel"}],
            DossierField.ALLERGIES: [{"known": "no"}],
            DossierField.INSURANCE: [{"company": "Assurance du Lac"}],
        },
    )
    assert incomplete_children(children, day=TODAY) == set(children)
    propose(family, {DossierField.PAI: PAI})
    assert incomplete_children(children, day=TODAY) == set(others)


def test_the_usual_meal_is_always_a_choice(family):
    assert list(meal_names()) == ["habituel", "sans-viande", "panier", "sans-sel"]
