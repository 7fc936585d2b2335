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


class NotificationKind(TextChoices):
    """Mails that a family may do without. What it must know (a decision, a payment, an offered place) is not here."""

    CUTOFF = "cutoff", "Avant une date limite, si je réserve d’habitude et que je ne l’ai pas fait"
    DRAFT = "draft", "Quand des jours cochés ne sont pas confirmés avant leur date limite"
    BASKET = "basket", "Quand mon panier va bientôt expirer"
