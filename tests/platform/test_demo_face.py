"""The public pages of the demo: this week's news, and documents that are files."""

from core.models import Download, NewsItem
from portail.demo.face import write_face
from tests.factories.world import town_settings


def test_the_demo_has_news_and_gives_its_documents_as_files(commune, client_for, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    town_settings()
    Download.objects.create(code="reglement", label="Règlement", body="Article 1 : @ # $\n\n- une place")
    for _ in range(2):
        write_face("balaruc")
    assert NewsItem.objects.count() == 1
    answer = client_for(commune).get("/telechargements/reglement/")
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
