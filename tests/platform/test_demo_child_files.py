"""The demo's children have files: an allergy with its PAI, diets, a change that an agent has to decide."""

from core.child_file import USUAL_MEAL_NAME, DossierField
from core.clock import now
from core.health_alert import alert_on
from core.models import Child, FileChange, HealthRecord
from core.queries.child_file import find_changes, meals_on
from portail.demo.child_files import write_child_files
from tests.factories.child_file import some_meals
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings


def test_the_demo_shows_an_allergy_diets_and_a_change_to_decide(commune):
    town_settings()
    agent = an_agent()
    families = [a_family(school=None, name=name) for name in ("Aubépine", "Bourrache", "Camomille")]
    write_child_files(agent=agent)
    assert not FileChange.objects.exists()
    some_meals()
    Child.objects.filter(pk=families[0].child.pk).update(school=a_school())
    a_school(code="ecole-lamour", name="Ecole Philippe Lamour")
    for _ in range(2):
        write_child_files(agent=agent)
    today = now().date()
    elder = families[0].child
    assert elder.pickup_photos.count() == 1
    alert = alert_on(HealthRecord.objects.get(child=elder).values, today)
    assert alert.has_pai and "Arachides" in alert.allergies
    diets = meals_on(Child.objects.values_list("pk", flat=True), today)
    assert [str(diets.get(family.child.pk, USUAL_MEAL_NAME)) for family in families] == [
        USUAL_MEAL_NAME,
        "Sans viande",
        USUAL_MEAL_NAME,
    ]
    waiting = [(change.owner, change.field, change.by) for change in find_changes()]
    assert waiting.pop() == (elder, DossierField.SCHOOLING, families[0].user)
    assert waiting == [
        (elder, DossierField.MEAL, families[0].user),
        (elder.household, DossierField.ADDRESS, families[0].user),
    ]
