"""A family proposes its child's name, birth and class: always read by an agent, never over what the desk has corrected."""

from datetime import UTC, date, datetime

import pytest

from core.audit_acts import AuditAct
from core.child_file import Access, DossierField, FileChangeState
from core.clock import frozen
from core.models import AuditEntry, Establishment, FileChange, OutgoingMail
from core.queries.child_file import field_policies, incomplete_children
from core.services.child_file import ChangeOutdatedError, accept_change, propose_changes
from tests.factories.child_file import a_policy
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SCHOOL = {"school": "ecole-serment", "level": "CE2"}
MOVED = {"school": "vernet", "level": "CM1", "class_name": "CM1 B"}


@pytest.fixture
def family(commune):
    town_settings()
    a_school(code="vernet", name="Ecole Vernet")
    with frozen(NOW):
        yield a_family(school=a_school())


@pytest.fixture
def home(commune, client_for, family):
    return client_for(commune, family.user)


@pytest.fixture
def desk(commune, client_for, family):
    return client_for(commune, an_agent())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().replace("\u00a0", " ")


def page_of(family) -> str:
    return f"/mon-compte/enfants/{family.child.pk}/dossier/etat-civil/"


def sent(**changes: str) -> dict[str, str]:
    return {
        "child_names-0-first_name": "Jade",
        "child_names-0-last_name": "Rivière",
        "birth-0-birth_date": "2018-03-02",
        "schooling-0-school": "ecole-serment",
        "schooling-0-level": "CE2",
        "schooling-0-class_name": "",
    } | changes


def propose(family, field, entry):
    done = propose_changes(
        owner=family.child, values={field: [entry]}, by=family.user, now=NOW, today=NOW.date()
    )
    return done.waiting[0]


def test_a_family_asks_for_another_class_and_the_desk_says_yes(home, desk, family):
    child = family.child
    asked = sent(
        **{"birth-0-birth_date": child.birth_date.isoformat()},
        **{f"schooling-0-{key}": value for key, value in MOVED.items()},
    )
    wrong = body(home.post(page_of(family), asked | {"birth-0-birth_date": "2031-01-01"}))
    assert "Vérifiez la date de naissance" in wrong and 'value="CM1 B"' in wrong
    page = body(home.post(page_of(family), asked, follow=True))
    assert "« École et classe » : votre demande est transmise" in page
    assert "Ecole Vernet – CM1 – CM1 B" in page and "Ecole Henri Serment – CE2" in page
    change = FileChange.objects.get()
    assert (change.before, change.after) == ([SCHOOL], [MOVED])
    decision = f"/agent/enfants/changements/{change.pk}/?retour=famille"
    file = f"/agent/familles/{family.household.pk}/"
    assert decision in body(desk.get(file))
    read = body(desk.get(decision))
    assert "Ecole Henri Serment – CE2" in read and "Ecole Vernet – CM1 – CM1 B" in read
    assert "Rien ne change pour les groupes" in read
    child.refresh_from_db()
    assert child.level == "CE2"  # looking is not deciding
    assert desk.post(decision, {"decision": "accepter"})["Location"] == file
    assert decision not in body(desk.get(file))
    child.refresh_from_db()
    assert (child.school.code, child.level, child.class_name) == ("vernet", "CM1", "CM1 B")
    entry = AuditEntry.objects.get(act=AuditAct.FAMILY_CORRECTED)
    assert entry.after == {"école": "Ecole Vernet", "niveau": "CM1", "classe": "CM1 B"}
    mail = OutgoingMail.objects.get()
    assert "école et classe" in mail.text and "Vernet" not in mail.text


def test_the_town_hides_shows_or_requires_it(home, family):
    a_policy(DossierField.BIRTH, Access.HIDDEN)
    a_policy(DossierField.SCHOOLING, Access.SHOWN)
    a_policy(DossierField.CHILD_NAMES, Access.SHOWN)
    born = f"{family.child.birth_date:%d/%m/%Y}"
    for page in ("/mon-compte/", "/mon-compte/informations/"):
        shown = body(home.get(page))
        assert born not in shown and "Ecole Henri Serment" in shown
    assert home.get(page_of(family)).status_code == 404
    # Whatever the town writes, an agent reads what decides of prices.
    assert field_policies()[DossierField.SCHOOLING].is_checked


def test_a_school_that_is_wanted_and_not_known_leaves_the_file_to_complete(home, family):
    a_policy(DossierField.SCHOOLING, Access.MANDATORY)
    assert incomplete_children([family.child.pk], day=NOW.date()) == set()
    type(family.child).objects.update(school=None, level="")
    assert incomplete_children([family.child.pk], day=NOW.date()) == {family.child.pk}
    assert "À compléter" in body(home.get(f"/mon-compte/enfants/{family.child.pk}/dossier/"))


def test_a_correction_at_the_desk_closes_what_waits_and_tells_the_family(desk, family):
    change = propose(family, DossierField.SCHOOLING, MOVED)
    kept = propose(family, DossierField.CHILD_NAMES, {"first_name": "Jade-Lou", "last_name": "Rivière"})
    child = family.child
    said = {
        "first_name": child.first_name,
        "last_name": child.last_name,
        "birth_date": child.birth_date.isoformat(),
        "school": child.school_id,
        "level": "CM2",
        "class_name": "",
    }
    desk.post(f"/agent/enfants/{child.pk}/modifier/", said)
    change.refresh_from_db()
    kept.refresh_from_db()
    assert (change.state, kept.state) == (FileChangeState.REPLACED, FileChangeState.PENDING)
    mail = OutgoingMail.objects.get()
    assert mail.to == family.user.email and "corriger lui-même" in mail.text
    # What the desk writes as it was asked is accepted.
    desk.post(f"/agent/enfants/{child.pk}/modifier/", said | {"first_name": "Jade-Lou"})
    kept.refresh_from_db()
    assert kept.state == FileChangeState.APPLIED


def test_a_school_that_is_no_more_cannot_be_accepted(desk, family):
    change = propose(family, DossierField.SCHOOLING, MOVED)
    Establishment.objects.filter(code="vernet").delete()
    assert "n’existe plus" in body(desk.get(f"/agent/enfants/changements/{change.pk}/"))
    with pytest.raises(ChangeOutdatedError):
        accept_change(change=change, by=an_agent(), now=NOW, valid_from=date(2026, 11, 18))
    change.refresh_from_db()
    assert change.state == FileChangeState.PENDING
