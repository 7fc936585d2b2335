from django.db.models import TextChoices


class CommuneStatus(TextChoices):
    """Life of a town on this installation. Only READY towns are routed to."""

    OPENING = "opening", "En cours d’ouverture"
    READY = "ready", "Ouverte"
    SUSPENDED = "suspended", "Suspendue"
    FAILED = "failed", "Ouverture interrompue"
    CLOSED = "closed", "Fermée"
