"""What a family signs. A version is never rewritten: a new wording is a new version, and old mandates keep theirs."""

VERSION = "2026-1"

_TEXT = """Mandat de prélèvement SEPA

Référence unique du mandat (RUM) : {rum}
Créancier : {creditor}
Identifiant créancier SEPA (ICS) : {ics}
Type de paiement : récurrent

En signant ce mandat, vous autorisez {creditor} à envoyer des instructions à votre banque pour débiter votre compte, et votre banque à débiter votre compte conformément aux instructions de {creditor}.

Vous bénéficiez du droit d’être remboursé par votre banque selon les conditions décrites dans la convention que vous avez passée avec elle. Une demande de remboursement doit être présentée dans les 8 semaines suivant la date de débit de votre compte pour un prélèvement autorisé, et sans tarder, au plus tard dans les 13 mois, pour un prélèvement non autorisé.

Chaque prélèvement vous est annoncé par courriel au moins {notice} avant sa date, avec son montant.

Titulaire du compte : {holder}
Compte : {account}

Vos droits sur ce mandat sont expliqués dans un document que vous pouvez obtenir auprès de votre banque."""


def mandate_text(*, rum: str, creditor: str, ics: str, notice: str, holder: str, account: str) -> str:
    """``account`` as it may be shown (its end only); ``notice`` in words (« 14 jours »)."""
    return _TEXT.format(rum=rum, creditor=creditor, ics=ics, notice=notice, holder=holder, account=account)
