"""The régies that a page may show to the agent who asks: those of ``request.reach``."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from billing.models import Regie
from billing.queries.reach import within


def own_regies(request: HttpRequest) -> QuerySet[Regie]:
    return Regie.objects.filter(within(request.reach))


def own_regie(request: HttpRequest, code: str) -> Regie:
    """Raises Http404 for any other."""
    return get_object_or_404(own_regies(request), code=code)
