from core.commune_file.services import export_text
from core.models import AppliedFile
from tenants.context import Commune, use_commune


def written_anew(commune: Commune) -> str:
    """The town as a file written from what it holds, not the file it was made from."""
    with use_commune(commune):
        AppliedFile.objects.all().delete()
    return export_text(commune)
