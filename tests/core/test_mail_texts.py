"""A town's own words in its mails, by its file."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outside

from core.commune_file.services import apply_text, check_text, export_text
from core.languages import NAMES
from core.mail_texts import MAIL_NAMES, OwnText
from core.models import OutgoingMail, SettingsChange
from core.queries.mail_texts import forget_voice
from core.services.mail_trials import trial_of
from core.services.outbox import send_due_mails, write_mail
from tenants.context import use_commune
from tests.commune_file.small import TOWN
from tests.factories.people import an_agent
from tests.factories.town_files import written_anew

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Paris"))
OWN = """
[envoi]
expediteur = "Mairie de Bellegarde"
reponse = "familles@bellegarde.example"

[[courriels]]
code = "activation"
objet = "{commune} – {objet}"
introduction = '''
Le service est fermé le 24 décembre.
Bonnes fêtes !'''
"""


@pytest.fixture
def town(commune):
    apply_text(commune, TOWN + OWN)
    with use_commune(commune):
        forget_voice()
        yield commune
        forget_voice()


def test_a_mail_says_what_the_town_wrote(town):
    user = an_agent()
    write_mail(to="famille@exemple.fr", template="activation", context={"user": user, "link": "/x"}, now=NOW)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "MAIRIE – Votre compte est ouvert\u00a0: choisissez votre mot de passe"
    assert mail.text.startswith("Le service est fermé le 24 décembre.\nBonnes fêtes !\n\nBonjour")
    assert "Bonnes fêtes !</p>" in mail.html
    send_due_mails(now=NOW)
    (sent,) = outside.outbox
    assert sent.from_email.startswith("Mairie de Bellegarde <")
    assert sent.reply_to == ["familles@bellegarde.example"]


def test_a_reader_of_another_language_keeps_what_the_town_adds(town):
    context = {"user": an_agent(), "link": "/x"}
    write_mail(to="family@example.org", template="activation", context=context, now=NOW, language="en")
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Your account is open: choose your password"
    assert mail.text.startswith("Le service est fermé le 24 décembre.\nBonnes fêtes !\n\nHello")
    assert '<p lang="fr" dir="ltr"' in mail.html


def test_the_words_of_mails_are_in_the_file(town):
    assert 'expediteur = "Mairie de Bellegarde"' in written_anew(town)
    assert apply_text(town, export_text(town)).changes == ()
    changed = TOWN + OWN.replace("{commune} – {objet}", "{prénom}")
    assert "entre accolades, seulement {objet}, {commune} ou {service}" in "".join(
        check_text(changed).complaints()
    )
    apply_text(town, TOWN)  # silent: what the screens say stays
    assert "[[courriels]]" in written_anew(town)
    apply_text(town, "courriels = []\n" + TOWN)
    assert "courriels" not in written_anew(town)


def test_an_agent_reads_a_mail_before_keeping_its_words_and_sends_it_to_oneself(town, client_for):
    agent = an_agent()
    desk, page = client_for(town, agent), "/agent/reglages/objet/courriels/activation/"
    assert "Le service est fermé le 24 décembre" in desk.get(page).content.decode()
    words = {"objet": "Bienvenue à {commune}", "introduction": "Bonne rentrée."}
    shown = desk.post(page, words | {"act": "voir"}).content.decode()
    assert "Bienvenue à MAIRIE" in shown
    assert "Bonjour Camille Rivière" in shown
    arabic = desk.post(page, words | {"act": "voir", "langue": "ar"}).content.decode()
    assert 'lang="ar" dir="rtl"' in arabic
    assert "مرحبًا" in arabic
    assert "Bonne rentrée." in arabic  # what the town adds stays as it wrote it
    assert not OutgoingMail.objects.exists()
    desk.post(page, words | {"act": "essai"})
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (agent.email, "[Essai] Bienvenue à MAIRIE")
    assert not SettingsChange.objects.exists(), "rien n’est préparé"


@pytest.mark.parametrize("template", MAIL_NAMES)
def test_each_mail_has_its_invented_values(town, template):
    """A name that a template does not find fails (settings of the tests), in each language."""
    agent = an_agent()
    for language in NAMES:
        mail = trial_of(
            template=template, own=OwnText(introduction="Un mot."), to=agent, now=NOW, language=language
        )
        assert mail.subject
        assert mail.text.startswith("Un mot.")
