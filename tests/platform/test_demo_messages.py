"""The messages, menus and questions of the demo: written once, readable."""

from core.models import (
    ContactSubject,
    Conversation,
    Household,
    Mailing,
    MenuDish,
    MessageFile,
    NewsItem,
    Question,
)
from portail.demo.messages import write_group_messages, write_portal
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings


def test_the_demo_writes_its_messages_once(commune, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    town_settings()
    family, agent = a_family(school=a_school()), an_agent()
    Household.objects.filter(pk=family.household.pk).update(number="F00001")
    for _ in range(2):
        write_portal(agent=agent)
        write_group_messages(agent=agent)
    tables = (ContactSubject, Question, Conversation, Mailing, NewsItem)
    assert [table.objects.count() for table in tables] == [3, 3, 4, 2, 1]
    assert MessageFile.objects.count() == 2
    assert Mailing.objects.get(state="sent").recipients.get().email == family.user.email
    assert MenuDish.objects.exists()
