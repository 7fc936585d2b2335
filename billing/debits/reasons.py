"""Why a bank rejects or returns a debit: the codes of the SEPA rulebook, in French, and what they entail."""

from dataclasses import dataclass

from core.retold import gettext_noop


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``ends_mandate``: nothing more may be collected with it. ``again``: asking once more can succeed."""

    label: str
    ends_mandate: bool = False
    again: bool = False


REASONS: dict[str, Reason] = {
    "AM04": Reason(label=gettext_noop("Provision insuffisante"), again=True),
    "MS03": Reason(label=gettext_noop("Motif non communiqué par la banque"), again=True),
    "AC04": Reason(label=gettext_noop("Compte clos"), ends_mandate=True),
    "MD01": Reason(
        label=gettext_noop("Pas de mandat valable, ou prélèvement non autorisé"), ends_mandate=True
    ),
    "MD06": Reason(label=gettext_noop("Remboursement demandé par le titulaire du compte")),
    "MS02": Reason(label=gettext_noop("Refus du titulaire du compte")),
    "AC01": Reason(label=gettext_noop("Numéro de compte inexact"), ends_mandate=True),
    "AC06": Reason(label=gettext_noop("Compte bloqué")),
    "AC13": Reason(label=gettext_noop("Compte qui n’est pas celui d’un particulier"), ends_mandate=True),
    "AG01": Reason(label=gettext_noop("Prélèvement interdit sur ce type de compte"), ends_mandate=True),
    "AG02": Reason(label=gettext_noop("Opération ou séquence inexacte"), again=True),
    "AM05": Reason(label=gettext_noop("Opération en double")),
    "BE05": Reason(label=gettext_noop("Identifiant du créancier inexact")),
    "CNOR": Reason(label=gettext_noop("Banque du créancier non enregistrée"), again=True),
    "DNOR": Reason(label=gettext_noop("Banque du débiteur non enregistrée")),
    "FF01": Reason(label=gettext_noop("Format du fichier inexact"), again=True),
    "MD02": Reason(label=gettext_noop("Données du mandat absentes ou inexactes"), again=True),
    "MD07": Reason(label=gettext_noop("Titulaire du compte décédé"), ends_mandate=True),
    "RC01": Reason(label=gettext_noop("BIC inexact")),
    "RR04": Reason(label=gettext_noop("Raison réglementaire")),
    "SL01": Reason(
        label=gettext_noop("Service particulier de la banque du débiteur (opposition, liste)"),
        ends_mandate=True,
    ),
    "TM01": Reason(label=gettext_noop("Remise arrivée trop tard à la banque"), again=True),
}

_UNKNOWN = Reason(label=gettext_noop("Autre motif"))


def reason_of(code: str) -> Reason:
    """What a code says; a code that is not in the table is « Autre motif »."""
    return REASONS.get(code, _UNKNOWN)


def reason_choices() -> list[tuple[str, str]]:
    return [(code, f"{code} – {reason.label}") for code, reason in REASONS.items()]
