from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    FAMILY = "family", "Famille"
    AGENT = "agent", "Agent de la commune"


class EstablishmentKind(TextChoices):
    NURSERY_SCHOOL = "maternelle", _("École maternelle")
    ELEMENTARY_SCHOOL = "elementaire", _("École élémentaire")
    PRIMARY_SCHOOL = "primaire", _("École primaire")
    LEISURE_CENTRE = "centre", _("Accueil de loisirs")
    CRECHE = "creche", _("Crèche")
    YOUTH_HOUSE = "mdj", _("Maison des jeunes")

    @classmethod
    def schools(cls) -> tuple["EstablishmentKind", ...]:
        return (cls.NURSERY_SCHOOL, cls.ELEMENTARY_SCHOOL, cls.PRIMARY_SCHOOL)


class YearMove(TextChoices):
    """What becomes of a child’s class at the end of a school year."""

    UP = "up", "Monte"
    STAYS = "stays", "Maintenu"
    SCHOOL = "school", "Change d’école"
    LEAVES = "leaves", "Quitte l’école"


class MailState(TextChoices):
    PENDING = "pending", "En attente d’envoi"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "Échec définitif"


class TaskKind(TextChoices):
    """Why a person of the town must look at something."""

    UNPLACED_PAYMENT = "unplaced_payment", "Payé mais plus de place"
    PAYMENT_MISMATCH = "payment_mismatch", "Paiement incohérent"
    DOUBLE_PAYMENT = "double_payment", "Payé deux fois"
    CANCELLED_PAID = "cancelled_paid", "Facturé puis annulé"
    RETURNED_PAYMENT = "returned_payment", "Paiement rejeté, annulé ou contesté"
    WRONG_BOOKS = "wrong_books", "Comptes à vérifier"
    CONTACT = "contact", "Message d’un visiteur"
    QUOTIENT = "quotient", "Quotient familial à vérifier"
    FAMILY = "family", "Pour une famille"


class FileSubject(TextChoices):
    """Whom a document or an agreement of the family's file is about."""

    CHILD = "child", "L’enfant"
    HOUSEHOLD = "household", "La famille"


class DocumentValidity(TextChoices):
    """Until when an accepted document is good."""

    SCHOOL_YEAR = "school_year", "Jusqu’à la fin de l’année scolaire"
    MONTHS = "months", "Un nombre de mois"
    READ = "read", "Jusqu’à la date écrite sur le document"
    FOREVER = "forever", "Sans limite"


class DocumentState(TextChoices):
    RECEIVED = "received", _("En cours de vérification")
    ACCEPTED = "accepted", _("Accepté")
    REFUSED = "refused", _("Refusé")


class RegulationKind(TextChoices):
    """A règlement is agreed to, or not yet; an autorisation may be refused, or taken back."""

    RULES = "rules", _("Règlement")
    CONSENT = "consent", _("Autorisation")


class LegalKind(TextChoices):
    """Pages that the law asks of a town's site; the value is their address."""

    NOTICE = "mentions-legales", _("Mentions légales")
    ACCESSIBILITY = "accessibilite", _("Accessibilité")
    PRIVACY = "donnees", _("Données personnelles")


class NotificationKind(TextChoices):
    """Mails that a family may do without. What it must know (a decision, a payment, an offered place) is not here."""

    CUTOFF = "cutoff", _("Avant une date limite, si je réserve d’habitude et que je ne l’ai pas fait")
    DRAFT = "draft", _("Quand des jours cochés ne sont pas confirmés avant leur date limite")
    BASKET = "basket", _("Quand mon panier va bientôt expirer")
    DOCUMENT = (
        "document",
        _("Quand un document de mon dossier est accepté, ou qu’il va falloir le renouveler"),
    )
    NEWS = "news", _("Les informations de la commune (ce qui n’est pas un message de service)")


class RegistrationMode(TextChoices):
    """Whether a family without a file may ask for one on the portal."""

    CLOSED = "closed", "Fermée : le service ouvre les dossiers"
    CHECKED = "checked", "Ouverte : un agent valide chaque demande"
    AUTOMATIC = "auto", "Ouverte : le dossier s’ouvre seul, sauf s’il ressemble à un autre"


class RegistrationState(TextChoices):
    UNPROVED = "unproved", "Adresse mail à confirmer"
    WAITING = "waiting", "À valider"
    ACCEPTED = "accepted", "Dossier ouvert"
    JOINED = "joined", "Rattachée à un dossier"
    REFUSED = "refused", "Refusée"


class ConversationState(TextChoices):
    NEW = "new", "Nouveau"
    OPEN = "open", "En cours"
    WAITING = "waiting", "En attente de la famille"
    CLOSED = "closed", "Clos"

    @classmethod
    def to_answer(cls) -> tuple["ConversationState", ...]:
        """Those in which the office has something to do."""
        return cls.NEW, cls.OPEN


_C = ConversationState
CONVERSATION_MOVES: dict[ConversationState, frozenset[ConversationState]] = {
    _C.NEW: frozenset({_C.OPEN, _C.WAITING, _C.CLOSED}),
    _C.OPEN: frozenset({_C.WAITING, _C.CLOSED}),
    _C.WAITING: frozenset({_C.OPEN, _C.CLOSED}),
    _C.CLOSED: frozenset({_C.OPEN, _C.WAITING}),
}


class MessageSide(TextChoices):
    FAMILY = "family", "Famille"
    OFFICE = "office", "Service"
    NOTE = "note", "Note interne"


class MailingNature(TextChoices):
    SERVICE = "service", "Message de service (fermeture, grève, changement d’horaire) : toujours envoyé"
    NEWS = "news", "Information : seulement à qui veut en recevoir"


class MailingState(TextChoices):
    DRAFT = "draft", "Brouillon"
    SCHEDULED = "scheduled", "Programmé"
    SENT = "sent", "Envoyé"


class Course(TextChoices):
    """The parts of a school meal, in the order of the table."""

    OCCASION = "occasion", _("Occasion")
    STARTER = "starter", _("Entrée")
    MAIN = "main", _("Plat")
    OTHER = "other", _("Autre plat")
    SIDE = "side", _("Accompagnement")
    DAIRY = "dairy", _("Produit laitier")
    DESSERT = "dessert", _("Dessert")
    SNACK = "snack", _("Goûter")


class AccessibilityState(TextChoices):
    """What the town declares of its portal (RGAA): without an audit, non conforme."""

    NONE = "none", _("non conforme")
    PARTIAL = "partial", _("partiellement conforme")
    FULL = "full", _("totalement conforme")


class Theme(TextChoices):
    """The looks a town may choose; the value is a folder of ``themes/``."""

    CLASSIC = "", "Classique : bandeau de couleur, cartes arrondies"
    GAZETTE = "gazette", "Gazette : papier clair, titres à empattements, filets droits"


class DataRequestKind(TextChoices):
    """What a family may ask about what the town knows of it (RGPD)."""

    EXPORT = "export", _("Télécharger mes données")
    CORRECTION = "correct", _("Faire corriger une information")
    ERASURE = "erase", _("Faire effacer mes données")


class DataRequestState(TextChoices):
    OPEN = "open", _("En cours")
    DONE = "done", _("Faite")
    REFUSED = "refused", _("Refusée")
    WITHDRAWN = "dropped", _("Retirée")


class RetentionKind(TextChoices):
    """What is proposed to go when its time is over; nothing goes before an agent agrees."""

    MAILS = "mails", "Texte des courriels"
    HEALTH = "health", "Santé des enfants partis"
    FAMILIES = "families", "Dossiers sans activité"
    VISITORS = "visitors", "Messages de visiteurs"


class RetentionState(TextChoices):
    PROPOSED = "proposed", "À approuver"
    APPLIED = "applied", "Effacé"
    KEPT = "kept", "Conservé"
