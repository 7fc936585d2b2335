"""What a town keeps of a family, how long, and why: what families and agents read."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Kept:
    what: str
    how_long: str
    why: str


KEPT = (
    Kept(
        what="Factures, reçus, paiements et écritures de la régie",
        how_long="Dix ans après la clôture de l’exercice",
        why="Comptabilité publique : ils ne s’effacent pas, mais perdent le lien avec vos autres informations.",
    ),
    Kept(
        what="Mandats de prélèvement",
        how_long="Treize mois après le dernier prélèvement, puis dix ans avec les comptes",
        why="Preuve de votre accord, que la banque peut demander.",
    ),
    Kept(
        what="Présences et réservations",
        how_long="Dix ans, sans nom après l’effacement",
        why="Elles justifient les factures et les déclarations à la CAF.",
    ),
    Kept(
        what="Dossier, adresses, téléphones, enfants",
        how_long="Jusqu’à votre demande, ou trois ans sans activité",
        why="Ils servent à l’accueil de vos enfants.",
    ),
    Kept(
        what="Santé des enfants",
        how_long="Jusqu’à votre demande, ou un an après le départ de l’enfant",
        why="La sécurité de l’enfant pendant l’accueil, et rien d’autre.",
    ),
    Kept(
        what="Documents envoyés",
        how_long="Un an après leur fin de validité ; trente jours s’ils sont refusés",
        why="Le temps d’une contestation.",
    ),
    Kept(
        what="Texte des courriels",
        how_long="Quatre-vingt-dix jours",
        why="Prouver ce qui a été annoncé ; l’objet et la date restent ensuite dans le dossier.",
    ),
    Kept(
        what="Traces de connexion",
        how_long="Six mois",
        why="Sécurité des comptes (recommandation de la CNIL).",
    ),
)
