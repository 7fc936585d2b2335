"""The screens over régies and tariffs."""

from collections.abc import Mapping
from typing import Any

from billing.forms_accounts import ProviderForm
from billing.forms_debits import DebitAccountForm
from billing.forms_settings import RegieForm, TariffForm
from billing.pricing.examples import rule_in_words
from billing.pricing.rules import TARIFF_RULE
from billing.providers.registry import get_driver
from core.commune_file.objects import Data, items
from core.settings_registry import Elsewhere, Screen, register, register_elsewhere
from core.words import NBSP, plural


def _regie(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    account = item.get("paiement")
    online = get_driver(account["prestataire"]).label if account else "aucun"
    return f"Paiement en ligne{NBSP}: {online}"


def _tariff(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    versions = sorted(item.get("versions", ()), key=lambda one: str(one["a_partir_du"]))
    return str(rule_in_words(TARIFF_RULE.validate_python(versions[-1]["regle"]))) if versions else ""


def _account(table: Data) -> ProviderForm:
    return ProviderForm(driver=get_driver(table["prestataire"]), account=None)


register(
    Screen(
        kind=("regies",),
        title="Régies",
        about="Qui encaisse, comment, et ce que disent ses factures.",
        new="Nouvelle régie",
        form=RegieForm,
        icon="bank",
        note=_regie,
        summary=lambda draft: plural(len(items(draft, ("regies",))), "régie"),
        elsewhere=(("agent_providers", "Paiement en ligne et prélèvement"),),
    ),
    Screen(
        kind=("tarifs",),
        title="Tarifs",
        about="Les prix que les stades emploient.",
        new="Nouveau tarif",
        form=TariffForm,
        icon="euro",
        note=_tariff,
        summary=lambda draft: plural(len(items(draft, ("tarifs",))), "tarif"),
        is_ordered=False,
        elsewhere=(("agent_tariffs", "Grilles de tarifs"),),
    ),
)

register_elsewhere(
    Elsewhere(kind=("regies", "paiement"), form=_account),
    Elsewhere(
        kind=("regies", "prelevement"),
        form=DebitAccountForm,
        columns={"schema_name": "schema"},
    ),
)
