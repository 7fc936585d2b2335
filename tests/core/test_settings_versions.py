"""Going back to earlier settings."""

from datetime import date

from core.commune_file.services import apply_text
from core.models import AppliedFile, Establishment, NewsItem
from core.queries.settings_versions import text_to_go_back_to
from tenants.context import use_commune
from tests.commune_file.small import TOWN

NEWS = """
[[actualites]]
code = "fete"
titre = "Fête"
texte = "Samedi."
date = 2026-09-02
"""


def test_going_back_leaves_the_news_written_since(commune):
    apply_text(commune, TOWN + NEWS)
    with use_commune(commune):
        before = AppliedFile.objects.get()
        assert text_to_go_back_to(before, commune=commune) == TOWN + NEWS
        apply_text(commune, (TOWN + NEWS).replace('"École"', '"École Lamour"'))
        NewsItem.objects.filter(code="fete").update(title="Fête reportée")
        NewsItem.objects.create(code="greve", title="Grève", body="Jeudi.", published_on=date(2026, 9, 1))
        apply_text(commune, text_to_go_back_to(before, commune=commune))
        assert Establishment.objects.get().name == "École"
        assert set(NewsItem.objects.values_list("title", flat=True)) == {"Fête reportée", "Grève"}
