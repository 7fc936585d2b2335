"""How a town is born: copy of the template, each application's provision(), its file, then ready."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string

from tenants.connection import connection
from tenants.context import use_commune
from tenants.enums import CommuneStatus
from tenants.middleware import forget_towns
from tenants.models import Commune, Domain, schema_name_for
from tenants.services.template import copy_template

Step = Callable[[str], None]


def open_commune(
    *, slug: str, name: str, host: str = "", file_text: str = "", progress: Step = lambda _: None
) -> Commune:
    """Open a town; nothing routes to it before it is whole.

    ``host`` defaults to ``<slug>.<base domain>``. Raises ValidationError for a bad or taken slug or host, and
    whatever the file's application raises; the town is then left FAILED with the reason, and can be removed
    with discard_failed_commune.
    """
    refuse_taken(slug=slug, host=host)
    commune = _register(slug=slug, name=name, host=_host(slug, host))
    try:
        progress("Copie du schéma modèle")
        copy_template(commune.schema_name)
        with use_commune(commune):
            for app in apps.get_app_configs():
                provision: Callable[[], Any] | None = getattr(app, "provision", None)
                if provision:
                    progress(f"Préparation : {app.verbose_name}")
                    provision()
            if file_text:
                progress("Application du fichier de la commune")
                import_string(settings.COMMUNE_FILE_APPLY)(commune, file_text)
    except BaseException as error:
        _set_status(commune, CommuneStatus.FAILED, str(error))
        raise
    progress("Ouverture")
    _set_status(commune, CommuneStatus.READY)
    return commune


def refuse_taken(*, slug: str, host: str) -> None:
    """Say that a town is already there, before anything is made. ``host`` may be empty: the identifier's own.

    Raises ValidationError.
    """
    known = Commune.objects.filter(slug=slug).first()
    if known:
        state = (
            "est déjà ouverte" if known.is_ready else f"existe déjà ({known.get_status_display().lower()})"
        )
        raise ValidationError(f"{known.name} {state} sous l’identifiant « {slug} ».")
    owner = Domain.objects.select_related("tenant").filter(domain=_host(slug, host)).first()
    if owner:
        raise ValidationError(f"Le nom d’hôte « {owner.domain} » est déjà celui de {owner.tenant.name}.")


def suspend_commune(commune: Commune, *, reason: str) -> None:
    _set_status(commune, CommuneStatus.SUSPENDED, reason)


def resume_commune(commune: Commune) -> None:
    _set_status(commune, CommuneStatus.READY)


def discard_failed_commune(commune: Commune) -> None:
    """Remove a town whose opening failed or was killed, with its schema. Refuses any other town."""
    if not commune.opening_broke:
        raise ValidationError("Seule une ouverture interrompue peut être effacée.")
    connection.set_schema_to_public()
    with transaction.atomic():
        commune.delete(force_drop=True)
    forget_towns()


def _host(slug: str, host: str) -> str:
    return host.lower() or f"{slug}.{settings.BASE_DOMAIN}"


def _register(*, slug: str, name: str, host: str) -> Commune:
    connection.set_schema_to_public()
    commune = Commune(slug=slug, name=name, schema_name=schema_name_for(slug))
    commune.full_clean()
    domain = Domain(domain=host, is_primary=True)
    domain.full_clean(exclude=["tenant"])
    if domain.domain in {settings.CONSOLE_HOST, settings.CALLBACK_HOST}:
        raise ValidationError({"domain": "Ce nom d’hôte est réservé."})
    with transaction.atomic():
        commune.save()
        domain.tenant = commune
        domain.save()
    return commune


def _set_status(commune: Commune, status: CommuneStatus, reason: str = "") -> None:
    connection.set_schema_to_public()
    commune.status = status
    commune.status_reason = reason
    commune.save(update_fields=["status", "status_reason"])
    forget_towns()
