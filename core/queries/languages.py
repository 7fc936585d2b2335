"""In which language to write to an address."""

from collections.abc import Collection

from django.db.models.functions import Lower

from core.models import User


def languages_of(addresses: Collection[str]) -> dict[str, str]:
    """The language that the families behind these addresses chose, by address in small letters; others are not in it."""
    wanted = {address.lower() for address in addresses}
    chosen = User.objects.families().exclude(language="").annotate(address=Lower("email"))
    return dict(chosen.filter(address__in=wanted).values_list("address", "language"))
