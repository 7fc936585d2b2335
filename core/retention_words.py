"""What a town keeps of a family, how long, and why: what families and agents read."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Kept:
    what: str
    how_long: str
    why: str
    desk_how_long: str = ""  # to agents, in French, where a family is told « vous »
    desk_why: str = ""

    def at_desk(self) -> "Kept":
        return replace(self, how_long=self.desk_how_long or self.how_long, why=self.desk_why or self.why)


KEPT = (
    Kept(
        what=_("Factures, reçus, paiements et écritures de la régie"),
        how_long=_("Dix ans après la clôture de l’exercice"),
        why=_(
            "Comptabilité publique : ils ne s’effacent pas, mais perdent le lien avec vos autres informations."
        ),
        desk_why="Comptabilité publique : ils ne s’effacent pas, mais perdent le lien avec les autres informations de la famille.",
    ),
    Kept(
        what=_("Mandats de prélèvement"),
        how_long=_("Treize mois après le dernier prélèvement, puis dix ans avec les comptes"),
        why=_("Preuve de votre accord, que la banque peut demander."),
        desk_why="Preuve de l’accord de la famille, que la banque peut demander.",
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
        desk_how_long="Jusqu’à la demande de la famille, ou trois ans sans activité",
        desk_why="Ils servent à l’accueil des enfants.",
    ),
    Kept(
        what=_("Santé des enfants"),
        how_long=_("Jusqu’à votre demande, ou un an après le départ de l’enfant"),
        why=_("La sécurité de l’enfant pendant l’accueil, et rien d’autre."),
        desk_how_long="Jusqu’à la demande de la famille, ou un an après le départ de l’enfant",
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
    Kept(
        what=_("Journal de ce que fait le service, avec les noms"),
        how_long=_("Trois ans, même après un effacement"),
        why=_("Dire qui a fait quoi dans un dossier, si c’est contesté."),
    ),
)
KEPT_AT_DESK = tuple(one.at_desk() for one in KEPT)
