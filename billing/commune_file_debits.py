"""How a régie collects by direct debit, as a table of a town's file."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from billing.debits.accounts import AccountNumberError, read_bic, read_iban, read_ics
from billing.debits.pain008 import Schema
from billing.models import DebitAccount, Regie
from billing.pricing.fields import Euros
from core.commune_file.problems import fault
from core.commune_file.values import FileModel, OneOf


def _number(read: Callable[[str], str]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            return read(text)
        except AccountNumberError as error:
            raise fault(str(error)) from error

    return AfterValidator(check)


class DebitTable(FileModel):
    noun: ClassVar[str] = "prélèvement"

    creditor_name: Annotated[str, Field(min_length=1, max_length=70)] = Field(
        alias="creancier", description="Nom que la famille lit sur son relevé de compte."
    )
    ics: Annotated[str, _number(read_ics)] = Field(
        alias="ics", description="Identifiant créancier SEPA, attribué par la Banque de France."
    )
    iban: Annotated[str, _number(read_iban)] = Field(
        alias="iban", description="Compte de dépôt de fonds de la régie."
    )
    bic: Annotated[str, _number(read_bic)] = Field("", alias="bic", description="Facultatif.")
    schema_name: Annotated[str, OneOf(tuple(one.value for one in Schema))] = Field(
        Schema.V8.value, alias="fichier", description="Version du fichier que le comptable accepte."
    )
    notice_days: Annotated[int, Field(ge=1, le=60)] = Field(
        14, alias="preavis", description="Jours entre l’annonce à la famille et le prélèvement."
    )
    remit_days: Annotated[int, Field(ge=1, le=15)] = Field(
        2, alias="remise", description="Jours de banque entre la remise du fichier et le prélèvement."
    )
    retries: bool = Field(
        False,
        alias="representation",
        description="Représenter une fois un prélèvement rejeté pour un motif qui peut passer.",
    )
    reject_fee: Euros = Field(
        Decimal(0), alias="frais_rejet", description="Frais d’un rejet, en euros, sur la facture suivante."
    )

    @property
    def title(self) -> str:
        return str(self.creditor_name)


_FIELDS = (
 "creditor_name", "ics", "iban", "bic", "notice_days", "remit_days", "retries", "reject_fee",
)  # fmt: skip


def load_debit_tables() -> dict[int, DebitTable]:
    """By régie, those that offer mandates."""
    return {account.regie_id: _table(account) for account in DebitAccount.objects.filter(is_open=True)}


def save_debit_table(regie: Regie, wanted: DebitTable | None) -> None:
    """A régie that loses its table offers no mandate any more; what was signed stays."""
    account = DebitAccount.objects.filter(regie=regie).first()
    if wanted is None:
        if account and account.is_open:
            _close(account)
    elif account is None or not account.is_open or _table(account) != wanted:
        account = account or DebitAccount(regie=regie)
        for name in _FIELDS:
            setattr(account, name, getattr(wanted, name))
        account.schema, account.is_open = wanted.schema_name, True
        account.save()


def close_debit_accounts(kept: Iterable[str]) -> None:
    """For the régies that the file no longer holds."""
    for account in DebitAccount.objects.exclude(regie__code__in=list(kept)):
        _close(account)


def _close(account: DebitAccount) -> None:
    if account.regie.mandates.exists():
        account.is_open = False
        account.save(update_fields=["is_open"])
    else:
        account.delete()


def _table(account: DebitAccount) -> DebitTable:
    values = {name: getattr(account, name) for name in _FIELDS}
    return DebitTable.of(schema_name=account.schema, **values)
