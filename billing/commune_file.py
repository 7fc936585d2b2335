"""Régies, their payment accounts and tariffs, as tables of a town's file."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from billing.commune_file_debits import (
    DebitTable,
    close_debit_accounts,
    load_debit_tables,
    save_debit_table,
)
from billing.enums import CreditUse, Means
from billing.models import ProviderAccount, Regie, Tariff, TariffVersion
from billing.nature import Nature
from billing.pricing.examples import rule_in_words
from billing.pricing.fields import Euros
from billing.pricing.rules import TARIFF_RULE, Flat, TariffRule
from billing.providers.base import Mode
from billing.providers.registry import DRIVERS, get_driver
from billing.services.accounts import close_account, current_account, set_account
from core.clock import now
from core.commune_file.lines import Path
from core.commune_file.problems import Fault, suggestion
from core.commune_file.rows import delete_absent, save_by_code
from core.commune_file.sections import Run, Section, TownFile, register
from core.commune_file.values import Code, FileModel, Line, OneOf, Shown, Text
from core.money import format_euros
from core.words import NBSP


def _price(rule: TariffRule) -> str:
    """« tranches de quotient (2,80 €, 4,10 €, 5,60 €) »: two grids of one shape differ by their amounts."""
    words = rule_in_words(rule)
    amounts = [format_euros(amount) for amount in _amounts(rule.model_dump(exclude_unset=True))]
    return words if isinstance(rule, Flat) or not amounts else f"{words} ({', '.join(amounts)})"


def _amounts(written: Any) -> Iterator[Decimal]:
    """The amounts of a rule, in the order in which it is written."""
    for key, value in written.items() if isinstance(written, dict) else enumerate(written):
        if key == "amount" and value is not None:
            yield Decimal(value)
        elif isinstance(value, dict | list | tuple):
            yield from _amounts(value)


class VersionTable(FileModel):
    noun: ClassVar[str] = "prix"

    valid_from: date = Field(
        alias="a_partir_du", description="Premier jour de ce prix, jusqu’à la version suivante."
    )
    rule: Annotated[TariffRule, Shown(_price)] = Field(
        alias="regle", description="Règle de prix (voir algorithms/prix.md)."
    )

    @property
    def identity(self) -> object:
        return self.valid_from

    @property
    def title(self) -> str:
        return f"à partir du {self.valid_from:%d/%m/%Y}"


# The file's words for what a tariff pays.
NATURE_WORDS = {"garde": Nature.CARE, "repas": Nature.MEAL, "garde-et-repas": Nature.BOTH}


class TariffTable(FileModel):
    noun: ClassVar[str] = "tarif"

    code: Code = Field(description="Identifiant du tarif.")
    name: Line = Field(
        alias="libelle", description="Désignation, telle qu’elle paraît sur l’estimation et la facture."
    )
    nature: Annotated[str, OneOf(tuple(NATURE_WORDS))] | None = Field(
        None,
        description="Ce qu’il paie, pour les CESU et l’attestation fiscale ; sans elle, lu dans les mots de la ligne.",
    )
    versions: list[VersionTable] = Field(min_length=1, description="Les prix successifs.")


class AccountTable(FileModel):
    """The provider's own fields are declared by its driver, hence the keys that are allowed here."""

    model_config = ConfigDict(extra="allow")
    noun: ClassVar[str] = "compte de paiement"

    driver: Annotated[str, OneOf(tuple(DRIVERS))] = Field(
        alias="prestataire", description="Prestataire de paiement."
    )
    mode: Annotated[str, OneOf(tuple(mode.value for mode in Mode))] = Field(
        alias="mode",
        description="Mode du compte ; les autres clés sont celles du prestataire (`numcli` pour PayFiP).",
    )

    @property
    def title(self) -> str:
        return get_driver(self.driver).label

    @property
    def config(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


# The file's words for the means of the counter.
COUNTER_WORDS = {
    "especes": Means.CASH,
    "cheque": Means.CHEQUE,
    "cesu": Means.CESU,
    "cheques-vacances": Means.ANCV,
    "virement": Means.TRANSFER,
}


class RegieTable(FileModel):
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant de la régie.")
    name: Line = Field(alias="nom", description="Nom de la régie, tel qu’il paraît dans le panier.")
    block_title: Annotated[Text, Field(max_length=120)] = Field(
        "",
        alias="titre_bloc",
        description="Fin du titre « Mes Factures & Paiements – … » ; une commune d’une seule régie s’en passe.",
    )
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")] = Field(
        alias="prefixe",
        description="De 2 à 6 capitales, en tête des références chez le prestataire ; unique.",
    )
    legal_mention: Text = Field("", alias="mentions", description="Mentions légales des factures et reçus.")
    invoice_minimum: Euros = Field(
        Decimal(0),
        alias="facture_minimale",
        description="Sous ce total en euros, la somme est reportée sur la facture suivante ; 0 : tout est facturé.",
    )
    payment_days: Annotated[int, Field(ge=0, le=365)] = Field(
        30, alias="delai_paiement", description="Jours laissés pour payer une facture."
    )
    reminder_days: list[Annotated[int, Field(ge=1, le=365)]] = Field(
        [],
        alias="relances",
        description="Jours après l’échéance auxquels une facture impayée est rappelée ; aucun : jamais.",
    )
    credit_use: Annotated[str, OneOf(tuple(use.value for use in CreditUse))] = Field(
        CreditUse.FIRST.value,
        alias="avoirs",
        description="`first` : un avoir paie d’abord la facture suivante ; `demand` : quand la famille le demande.",
    )
    counter: list[Annotated[str, OneOf(tuple(COUNTER_WORDS))]] = Field(
        list(COUNTER_WORDS),
        alias="guichet",
        description="Moyens que l’acte de la régie lui permet d’encaisser au guichet ; aucun : elle n’y encaisse rien.",
    )
    treasury_minimum: Euros = Field(
        Decimal("15.00"),
        alias="seuil_tresor",
        description="Dette d’un dossier, en euros, à partir de laquelle ses impayés vont au Trésor (15 € dans la loi).",
    )
    part_minimum: Annotated[Euros, Field(gt=0)] | None = Field(
        None,
        alias="paiement_partiel",
        description="La plus petite somme, en euros, qu’une famille peut payer en ligne sans tout payer ; absente : une facture se paie en entier.",
    )
    account: AccountTable | None = Field(
        None,
        alias="paiement",
        description="Compte de paiement en ligne ; sans lui, rien ne se paie sur le portail.",
    )
    debit: DebitTable | None = Field(
        None, alias="prelevement", description="Prélèvement SEPA ; sans lui, la régie ne prélève pas."
    )


# What a régie decides about its invoices.
INVOICING = (
    "invoice_minimum",
    "payment_days",
    "reminder_days",
    "credit_use",
    "treasury_minimum",
    "part_minimum",
)


class RegiesSection(Section):
    key = "regies"
    model = RegieTable
    about = "Les régies, dans l’ordre d’affichage."
    many = True
    spaces = ("regies",)

    def check(self, file: TownFile) -> Iterable[Fault]:
        prefixes: set[str] = set()
        regies = list(file.ranked(self.key))
        for rank, regie in regies:
            if not regie.block_title and len(regies) > 1:
                yield Fault(
                    (self.key, rank), f"clé obligatoire quand il y a plusieurs régies{NBSP}: titre_bloc"
                )
            if regie.prefix in prefixes:
                yield Fault(
                    (self.key, rank, "prefixe"), f"le préfixe «{NBSP}{regie.prefix}{NBSP}» est déjà pris"
                )
            prefixes.add(regie.prefix)
            if regie.account:
                yield from _check_account(regie.account, (self.key, rank, "paiement"))

    def load(self) -> list[RegieTable]:
        accounts = {account.regie_id: account for account in ProviderAccount.objects.filter(closed_at=None)}
        debits = load_debit_tables()
        return [
            RegieTable.of(
                code=row.code,
                name=row.name,
                block_title=row.block_title,
                prefix=row.prefix,
                legal_mention=row.legal_mention,
                invoice_minimum=row.invoice_minimum,
                payment_days=row.payment_days,
                reminder_days=row.reminder_days,
                credit_use=row.credit_use,
                counter=[word for word, means in COUNTER_WORDS.items() if means in row.counter_means],
                treasury_minimum=row.treasury_minimum,
                part_minimum=row.part_minimum,
                account=_account_table(accounts.get(row.pk)),
                debit=debits.get(row.pk),
            )
            for row in Regie.objects.all()
        ]

    def write(self, wanted: list[RegieTable], run: Run) -> None:  # noqa: ARG002
        ranks = {item.code: rank for rank, item in enumerate(wanted)}

        def values(item: RegieTable) -> dict[str, Any]:
            names = ("name", "block_title", "prefix", "legal_mention", *INVOICING)
            means = sorted(COUNTER_WORDS[word] for word in item.counter)
            return {name: getattr(item, name) for name in names} | {
                "position": ranks[item.code],
                "counter_means": means,
            }

        rows = save_by_code(Regie.objects.all(), wanted, values)
        for item in wanted:
            _save_account(rows[item.code], item.account)
            save_debit_table(rows[item.code], item.debit)

    def prune(self, wanted: list[RegieTable], run: Run) -> None:
        kept = [item.code for item in wanted]
        for regie in Regie.objects.exclude(code__in=kept):
            close_account(regie=regie, by=None, now=now())
        close_debit_accounts(kept)
        delete_absent(
            Regie.objects.all(),
            kept,
            run,
            noun="régie",
            advice="Une régie qui a servi reste dans le fichier, sans compte de paiement.",
        )


def _check_account(account: AccountTable, path: Path) -> Iterable[Fault]:
    driver = get_driver(account.driver)
    if Mode(account.mode) not in driver.capabilities.modes:
        yield Fault((*path, "mode"), f"{driver.label} ne connaît pas le mode «{NBSP}{account.mode}{NBSP}»")
    fields = {field.name: field for field in driver.config_fields}
    for name, value in account.config.items():
        field = fields.get(name)
        if field is None:
            yield Fault((*path, name), f"clé inconnue «{NBSP}{name}{NBSP}»{suggestion(name, fields)}")
        elif field.secret:
            yield Fault(
                (*path, name), "un secret ne s’écrit pas dans le fichier : saisissez-le dans les réglages"
            )
        elif not isinstance(value, str) or not re.fullmatch(field.pattern, value):
            help_text = field.help[:1].lower() + field.help[1:].rstrip(".")
            yield Fault((*path, name), f"«{NBSP}{value}{NBSP}» ne convient pas{NBSP}: {help_text}")
    for field in fields.values():
        if field.required and not field.secret and field.name not in account.config:
            yield Fault(path, f"clé obligatoire absente{NBSP}: {field.name}")


def _account_table(account: ProviderAccount | None) -> AccountTable | None:
    if account is None:
        return None
    return AccountTable.model_validate(
        {"driver": account.driver, "mode": account.mode, **account.config}, by_name=True, by_alias=False
    )


def _save_account(regie: Regie, wanted: AccountTable | None) -> None:
    account = current_account(regie)
    if wanted == _account_table(account):
        return
    if wanted is None:
        close_account(regie=regie, by=None, now=now())
    else:
        set_account(
            regie=regie,
            driver=wanted.driver,
            mode=Mode(wanted.mode),
            config=wanted.config,
            secrets={},
            by=None,
            now=now(),
        )


class TariffsSection(Section):
    key = "tarifs"
    model = TariffTable
    about = "Les tarifs et leurs versions datées. Un prix déjà figé dans une réservation ne change jamais."
    many = True
    spaces = ("tarifs",)

    def check(self, file: TownFile) -> Iterable[Fault]:
        for rank, tariff in file.ranked(self.key):
            days: set[date] = set()
            for version_rank, version in enumerate(tariff.versions):
                if version.valid_from in days:
                    path = (self.key, rank, "versions", version_rank, "a_partir_du")
                    yield Fault(path, "une autre version commence le même jour")
                days.add(version.valid_from)

    def load(self) -> list[TariffTable]:
        return [
            TariffTable.of(
                code=row.code,
                name=row.label,
                nature=next((word for word, nature in NATURE_WORDS.items() if nature == row.nature), None),
                versions=[
                    VersionTable.of(
                        valid_from=version.valid_from, rule=TARIFF_RULE.validate_python(version.rule)
                    )
                    for version in row.versions.all()
                ],
            )
            for row in Tariff.objects.prefetch_related("versions")
        ]

    def write(self, wanted: list[TariffTable], run: Run) -> None:  # noqa: ARG002
        rows = save_by_code(
            Tariff.objects.all(),
            wanted,
            lambda item: {"label": item.name, "nature": NATURE_WORDS[item.nature] if item.nature else ""},
        )
        for item in wanted:
            for version in item.versions:
                TariffVersion.objects.update_or_create(
                    tariff=rows[item.code],
                    valid_from=version.valid_from,
                    defaults={"rule": version.rule.model_dump(mode="json", exclude_unset=True)},
                )

    def prune(self, wanted: list[TariffTable], run: Run) -> None:
        for item in wanted:
            kept = [version.valid_from for version in item.versions]
            TariffVersion.objects.filter(tariff__code=item.code).exclude(valid_from__in=kept).delete()
        codes = [item.code for item in wanted]
        delete_absent(Tariff.objects.all(), codes, run, noun="tarif")


register(TariffsSection, RegiesSection)
