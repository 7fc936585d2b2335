"""What a town keeps of a family, how long, and why: what families and agents read."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Kept:
    what: str
    how_long: str
    why: str


KEPT = (
    Kept(
        what=_("Factures, reçus, paiements et écritures de la régie"),
        how_long=_("Dix ans après la clôture de l’exercice"),
        why=_(
            "Comptabilité publique : ils ne s’effacent pas, mais perdent le lien avec vos autres informations."
        ),
    ),
    Kept(
        what=_("Mandats de prélèvement"),
        how_long=_("Treize mois après le dernier prélèvement, puis dix ans avec les comptes"),
        why=_("Preuve de votre accord, que la banque peut demander."),
    ),
    Kept(
        what=_("Présences et réservations"),
        how_long=_("Dix ans, sans nom après l’effacement"),
        why=_("Elles justifient les factures et les déclarations à la CAF."),
    ),
    Kept(
        what=_("Dossier, adresses, téléphones, enfants"),
        how_long=_("Jusqu’à votre demande, ou trois ans sans activité"),
        why=_("Ils servent à l’accueil de vos enfants."),
    ),
    Kept(
        what=_("Santé des enfants"),
        how_long=_("Jusqu’à votre demande, ou un an après le départ de l’enfant"),
        why=_("La sécurité de l’enfant pendant l’accueil, et rien d’autre."),
    ),
    Kept(
        what=_("Documents envoyés"),
        how_long=_("Un an après leur fin de validité ; trente jours s’ils sont refusés"),
        why=_("Le temps d’une contestation."),
    ),
    Kept(
        what=_("Texte des courriels"),
        how_long=_("Quatre-vingt-dix jours"),
        why=_("Prouver ce qui a été annoncé ; l’objet et la date restent ensuite dans le dossier."),
    ),
    Kept(
        what=_("Traces de connexion"),
        how_long=_("Six mois"),
        why=_("Sécurité des comptes (recommandation de la CNIL)."),
    ),
)
