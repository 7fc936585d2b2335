"""The second factor of agents, the devices where one is signed in, and the journal that tells both."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pyotp
import pytest
from django.urls import reverse

from core.audit_acts import AuditAct
from core.child_file import DossierField
from core.clock import frozen
from core.models import (
    AppliedFile,
    AuditEntry,
    FileChange,
    OpenSession,
    SecondFactor,
    SecuritySettings,
)
from core.queries.sessions import device_label
from core.rights import Role
from core.services.audit import record
from core.services.child_file import propose_changes
from core.services.housekeeping import tidy_up
from core.services.second_factor import (
    TooManyCodesError,
    WrongCodeError,
    check_code,
    demand_factor,
    reset_factor,
    set_factor,
)
from core.totp import new_key
from tests.factories.child_file import NUTS, a_policy
from tests.factories.people import an_agent
from tests.factories.world import PASSWORD, a_family, town_settings

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
DOOR = "/agent/connexion/"
CODE_DOOR = "/agent/connexion/code/"


@pytest.fixture
def agent(commune):
    town_settings()
    return an_agent(email="admin@mairie.example")


def code_at(key: str, moment: datetime) -> str:
    return pyotp.TOTP(key).at(moment)


def with_factor(agent) -> tuple[str, list[str]]:
    key = new_key()
    return key, set_factor(user=agent, key=key, code=code_at(key, NOW), now=NOW)


def sign_in(client, agent, **more):
    return client.post(DOOR, {"username": agent.email, "password": PASSWORD, **more})


def test_a_code_serves_once_and_clocks_may_differ_by_one_step(agent):
    key, _ = with_factor(agent)
    with pytest.raises(WrongCodeError):
        check_code(user=agent, code=code_at(key, NOW), now=NOW)
    later = NOW + timedelta(seconds=60)
    check_code(user=agent, code=code_at(key, later + timedelta(seconds=30)), now=later)
    with pytest.raises(WrongCodeError):
        check_code(user=agent, code=code_at(key, later), now=later)


def test_recovery_codes_serve_once_and_are_kept_as_digests(agent):
    _, codes = with_factor(agent)
    assert len(set(codes)) == 10
    check_code(user=agent, code=codes[0].upper(), now=NOW)
    with pytest.raises(WrongCodeError):
        check_code(user=agent, code=codes[0], now=NOW)
    assert not agent.recovery_codes.filter(digest__in=[code.replace(" ", "") for code in codes]).exists()
    assert AuditEntry.objects.get(act="recovery_used").note == "il en reste 9"


def test_wrong_codes_are_counted_even_when_the_right_one_comes(agent):
    key, _ = with_factor(agent)
    for _ in range(6):
        with pytest.raises(WrongCodeError):
            check_code(user=agent, code="000000", now=NOW)
    with pytest.raises(TooManyCodesError):
        check_code(
            user=agent, code=code_at(key, NOW + timedelta(seconds=60)), now=NOW + timedelta(seconds=60)
        )
    after = NOW + timedelta(minutes=16)
    check_code(user=agent, code=code_at(key, after), now=after)


def test_the_code_is_asked_after_the_password_and_not_on_a_trusted_device(agent, commune, client_for):
    key, _ = with_factor(agent)
    at = NOW + timedelta(hours=1)
    browser = client_for(commune)
    with frozen(at):
        assert browser.get(CODE_DOOR)["Location"] == DOOR
        assert sign_in(browser, agent, next="/agent/familles/")["Location"] == CODE_DOOR
        assert browser.get("/agent/familles/").status_code == 302, "le mot de passe seul n’ouvre rien"
        assert "pas le bon" in browser.post(CODE_DOOR, {"code": "123456"}).content.decode()
        entered = browser.post(CODE_DOOR, {"code": code_at(key, at), "trust": "on"})
        assert entered["Location"] == "/agent/familles/"
        assert browser.get("/agent/familles/").status_code == 200
        browser.post("/deconnexion/")
        assert sign_in(browser, agent)["Location"] == "/agent/"
        assert sign_in(client_for(commune), agent)["Location"] == CODE_DOOR, "un autre appareil"
        browser.post("/deconnexion/")
        demand_factor(factor="free", trust_days=0, by=agent, now=at)
        assert sign_in(browser, agent)["Location"] == CODE_DOOR, "la commune ne se fie plus à aucun appareil"
    reset_factor(user=agent, by=agent, now=at)
    assert sign_in(client_for(commune), agent)["Location"] == "/agent/"


def test_the_code_door_closes_after_ten_minutes(agent, commune, client_for):
    key, _ = with_factor(agent)
    browser = client_for(commune)
    with frozen(NOW):
        sign_in(browser, agent)
    later = NOW + timedelta(minutes=11)
    with frozen(later):
        assert browser.post(CODE_DOOR, {"code": code_at(key, later)})["Location"] == DOOR


def test_the_town_changes_its_rule_as_often_as_it_likes(agent, commune):
    for factor, trust_days in [("all", 30), ("free", 10), ("powerful", 0)]:
        demand_factor(factor=factor, trust_days=trust_days, by=agent, now=NOW)
        kept = SecuritySettings.objects.get()
        assert (kept.factor, kept.trust_days) == (factor, trust_days)


def test_where_the_town_demands_it_nothing_opens_before_it_is_set(agent, commune, client_for):
    SecuritySettings.objects.create(factor=SecuritySettings.Factor.POWERFUL)
    leader = an_agent(roles=[Role.LEADER])
    assert sign_in(browser := client_for(commune), leader)["Location"] == "/agent/"
    assert browser.get("/agent/").status_code == 200
    browser = client_for(commune)
    with frozen(NOW):
        sign_in(browser, agent)
        assert browser.get("/agent/")["Location"] == "/agent/securite/activer/"
        page = browser.get("/agent/securite/activer/").content.decode()
        dots = re.search(r'<svg viewBox="0 0 (\d+) \1" class="factor-code"', page).group(1)
        assert int(dots) < 80, "au-delà, un téléphone ne le lit plus"
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
        assert "pas le bon" in browser.post("/agent/securite/activer/", {"code": "000000"}).content.decode()
        shown = browser.post("/agent/securite/activer/", {"code": code_at(key, NOW)}).content.decode()
        assert len(re.findall(r"<li><code>\w{5} \w{5}</code>", shown)) == 10
        assert browser.get("/agent/").status_code == 200
    assert SecondFactor.objects.get(user=agent).sealed != key
    assert key not in SecondFactor.objects.get(user=agent).sealed


def test_an_administrator_takes_a_lost_factor_away_and_signs_a_colleague_out(agent, commune, client_for):
    other = an_agent(email="lou@mairie.example", roles=[Role.DESK])
    with_factor(other)
    with frozen(NOW):
        reset_factor(user=other, by=None, now=NOW)
    elsewhere = client_for(commune)
    sign_in(elsewhere, other)
    assert elsewhere.get("/agent/").status_code == 200
    page = client_for(commune, agent).post(f"/agent/agents/{other.pk}/", {"act": "sign_out"}, follow=True)
    assert "Appareils déconnectés : 1" in page.content.decode()
    assert elsewhere.get("/agent/").status_code == 302
    with_factor(other)
    client_for(commune, agent).post(f"/agent/agents/{other.pk}/", {"act": "reset_factor"})
    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.filter(act="factor_reset", actor_id=agent.pk, subject_id=other.pk).exists()


def test_a_family_sees_its_devices_and_signs_the_others_out(agent, commune, client_for):
    family = a_family(school=None)
    family.user.set_password(PASSWORD)
    family.user.save()
    here, there = client_for(commune), client_for(commune)
    for browser, name in (
        (here, "Mozilla/5.0 (X11; Linux) Firefox/140.0"),
        (there, "Mozilla/5.0 (iPhone) Safari/600"),
    ):
        pair = {"username": family.user.email, "password": PASSWORD}
        assert browser.post("/connexion/", pair, headers={"user-agent": name}).status_code == 302
    page = here.get("/mon-compte/appareils/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert page.count("celui-ci") == 1
    stranger = a_family(school=None, name="Lavandier").user
    foreign = client_for(commune, stranger)
    foreign.post("/mon-compte/appareils/", {"session": OpenSession.objects.first().pk})
    assert OpenSession.objects.count() == 2, "on ne ferme que les siennes"
    assert here.post("/mon-compte/appareils/", {"session": "x"}).status_code == 404
    here.post("/mon-compte/appareils/", {"session": "others"})
    assert there.get("/mon-compte/").status_code == 302
    assert here.get("/mon-compte/").status_code == 200


def test_a_new_password_signs_the_other_devices_out(agent, commune, client_for):
    here, there = client_for(commune), client_for(commune)
    sign_in(here, agent)
    sign_in(there, agent)
    new = {
        "old_password": PASSWORD,
        "new_password1": "Une-autre-phrase-2",
        "new_password2": "Une-autre-phrase-2",
    }
    assert here.get("/mon-compte/mot-de-passe/")["Location"] == "/agent/securite/mot-de-passe/"
    page = here.get("/agent/securite/mot-de-passe/").content.decode()
    assert 'class="desk' in page
    assert "Familles" in page  # the desk's menu
    wrong = here.post("/agent/securite/mot-de-passe/", new | {"new_password2": "Autre-chose-3"})
    assert "ne sont pas les mêmes" in wrong.content.decode()
    assert here.post("/agent/securite/mot-de-passe/", new).status_code == 302
    assert there.get("/agent/").status_code == 302
    assert OpenSession.objects.get().key == here.session.session_key


def test_browsers_are_named():
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
    assert device_label(chrome) == "Chrome, Windows"
    assert device_label(f"{chrome} Edg/130.0") == "Edge, Windows"
    assert device_label("") == "Appareil inconnu"


def test_the_journal_unites_the_histories_and_is_searched(agent, commune, client_for):
    desk = client_for(commune)
    sign_in(desk, agent)
    client_for(commune).post(DOOR, {"username": "inconnu@mairie.example", "password": "x"})
    child = a_family(school=None).child
    with frozen(NOW):
        child.health_readings.create(by=agent, at=NOW, place="Dossier de l’enfant")
        AppliedFile.objects.create(text="", applied_at=NOW, by=None)
    page = desk.get("/agent/journal/").content.decode()
    for told in (
        "Connexion refusée",
        "inconnu@mairie.example",
        "Santé lue",
        str(child),
        "127.0.0.1",
        "L’éditeur du portail",
    ):
        assert told in page, told
    found = desk.get("/agent/journal/?acte=health_read&du=2026-11-18&au=2026-11-18").content.decode()
    assert "1 acte" in found
    assert "Aucun acte" in desk.get("/agent/journal/?q=personne-de-ce-nom").content.decode()
    listed = desk.get("/agent/journal/?format=csv&q=inconnu").content.decode()
    assert listed.count("\n") == 2
    assert AuditEntry.objects.filter(act="data_downloaded", actor_id=agent.pk).count() == 1


def test_the_journal_leads_to_what_it_names_and_tells_before_and_after(agent, commune, client_for):
    desk, family = client_for(commune, agent), a_family(school=None, name="Rivière")
    gone = a_family(school=None, name="Ancolie").child
    with frozen(NOW):
        sides = {"before": {"Ville": "NÎMES"}, "after": {"Ville": "BEAUCAIRE"}}
        record(act=AuditAct.FAMILY_CORRECTED, by=agent, now=NOW, on=family.household, **sides)
        record(act=AuditAct.CUSTODY, by=None, now=NOW, on=gone, note="Semaine sur deux")
        a_policy(DossierField.ALLERGIES, "editable")
        propose_changes(
            owner=family.child,
            values={DossierField.ALLERGIES: NUTS},
            by=family.user,
            now=NOW,
            today=NOW.date(),
        )
    number = gone.pk
    gone.delete()
    page = desk.get("/agent/journal/").content.decode()
    assert f'href="{reverse("agent_family", args=[family.household.pk])}"' in page
    assert "<dt>Ville</dt><dd>NÎMES → BEAUCAIRE</dd>" in page
    assert reverse("agent_child", args=[number]) not in page
    change = FileChange.objects.get(child=family.child)
    assert f'href="{reverse("agent_child_change", args=[change.pk])}"' in page
    assert "Arachides" not in page, "la valeur scellée reste sur sa page"
    for query, count in (
        ("q=nimes", "1 acte"),
        ("q=riviere&nature=dossier famille", "1 acte"),
        ("qui=camille&acte=file_changed", "1 acte"),
        ("nature=enfant", "1 acte"),
    ):
        assert count in desk.get(f"/agent/journal/?{query}").content.decode(), query
    listed = desk.get("/agent/journal/?format=csv&q=nimes").content.decode()
    assert "Ville\u00a0: NÎMES → BEAUCAIRE" in listed


def test_accesses_leave_the_journal_after_six_months_and_the_rest_after_three_years(agent):
    old = NOW - timedelta(days=200)
    for act in ("signed_in", "role_given"):
        AuditEntry.objects.create(at=old, act=act, actor_name="X")
    AuditEntry.objects.create(at=NOW - timedelta(days=1200), act="role_taken", actor_name="X")
    AuditEntry.objects.create(at=NOW, act="signed_in", actor_name="X")
    tidy_up(now=NOW)
    assert list(AuditEntry.objects.values_list("act", flat=True)) == ["signed_in", "role_given"]
