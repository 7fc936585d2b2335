"""Dated versions of a tariff. What was held or invoiced keeps its price: a version only prices what is booked after."""

from datetime import date, datetime

import structlog
from django.db import transaction

from billing.errors import TariffVersionError
from billing.models import Tariff, TariffVersion
from billing.pricing.rules import Shape
from core.audit_acts import AuditAct
from core.locks import lock_rows
from core.models import User
from core.services.audit import record

log = structlog.get_logger(__name__)


@transaction.atomic
def save_version(
    *, tariff: Tariff, valid_from: date, rule: Shape, by: User, today: date, now: datetime
) -> TariffVersion:
    """A new version from a day, or the correction of one that has not begun. Raises TariffVersionError otherwise."""
    lock_rows(Tariff.objects.filter(pk=tariff.pk))
    existing = tariff.versions.filter(valid_from=valid_from).first()
    if existing is not None and valid_from <= today:
        raise TariffVersionError(
            "Une version compte déjà depuis ce jour-là. Choisissez un autre jour : l’ancien prix reste dans l’historique."
        )
    version, _ = TariffVersion.objects.update_or_create(
        tariff=tariff,
        valid_from=valid_from,
        defaults={"rule": rule.model_dump(mode="json", exclude_unset=True)},
    )
    note = f"Prix à partir du {valid_from:%d/%m/%Y}"
    record(act=AuditAct.SETTINGS_SAVED, by=by, now=now, on=tariff, note=note)
    log.info("tariff_version_saved", tariff=tariff.code, valid_from=str(valid_from), by=by.pk)
    return version


@transaction.atomic
def drop_version(*, version: TariffVersion, by: User, today: date, now: datetime) -> None:
    """Give up a version that has not begun. Raises TariffVersionError for any other, and for the only one."""
    lock_rows(Tariff.objects.filter(pk=version.tariff_id))
    if version.valid_from <= today:
        raise TariffVersionError("Cette version compte déjà : elle reste, une autre peut la suivre.")
    if version.tariff.versions.count() == 1:
        raise TariffVersionError("C’est la seule version de ce tarif.")
    note = f"Prix abandonné, qui devait valoir le {version.valid_from:%d/%m/%Y}"
    record(act=AuditAct.SETTINGS_SAVED, by=by, now=now, on=version.tariff, note=note)
    version.delete()
    log.info("tariff_version_dropped", tariff=version.tariff.code, by=by.pk)
