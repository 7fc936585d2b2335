from django.db.models import TextChoices


class AccountKind(TextChoices):
    FAMILY = "family", "Famille"
    AGENT = "agent", "Agent de la commune"


class EstablishmentKind(TextChoices):
    NURSERY_SCHOOL = "maternelle", "École maternelle"
    ELEMENTARY_SCHOOL = "elementaire", "École élémentaire"
    PRIMARY_SCHOOL = "primaire", "École primaire"
    LEISURE_CENTRE = "centre", "Accueil de loisirs"
    CRECHE = "creche", "Crèche"
    YOUTH_HOUSE = "mdj", "Maison des jeunes"

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
    CONTACT = "contact", "Message d’un visiteur"
    QUOTIENT = "quotient", "Quotient familial à vérifier"


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
    RECEIVED = "received", "En cours de vérification"
    ACCEPTED = "accepted", "Accepté"
    REFUSED = "refused", "Refusé"


class RegulationKind(TextChoices):
    """A règlement is agreed to, or not yet; an autorisation may be refused, or taken back."""

    RULES = "rules", "Règlement"
    CONSENT = "consent", "Autorisation"


class LegalKind(TextChoices):
    """Pages that the law asks of a town's site; the value is their address."""

    NOTICE = "mentions-legales", "Mentions légales"
    ACCESSIBILITY = "accessibilite", "Accessibilité"
    PRIVACY = "donnees", "Données personnelles"


class NotificationKind(TextChoices):
    """Mails that a family may do without. What it must know (a decision, a payment, an offered place) is not here."""

    CUTOFF = "cutoff", "Avant une date limite, si je réserve d’habitude et que je ne l’ai pas fait"
    DRAFT = "draft", "Quand des jours cochés ne sont pas confirmés avant leur date limite"
    BASKET = "basket", "Quand mon panier va bientôt expirer"
    DOCUMENT = "document", "Quand un document de mon dossier est accepté, ou qu’il va falloir le renouveler"


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
