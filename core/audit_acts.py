from django.db.models import TextChoices


class AuditAct(TextChoices):
    """What is written in the journal. Acts that have a history of their own (reservations, invoices, mandates) are there."""

    SIGNED_IN = "signed_in", "Connexion"
    SIGN_IN_FAILED = "sign_in_failed", "Connexion refusée"
    CODE_FAILED = "code_failed", "Code de sécurité refusé"
    SIGNED_OUT = "signed_out", "Déconnexion"
    SESSIONS_ENDED = "sessions_ended", "Sessions fermées"
    PASSWORD_CHOSEN = "password_chosen", "Mot de passe choisi"
    PASSWORD_LENT = "password_lent", "Mot de passe provisoire envoyé"
    EMAIL_CHANGED = "email_changed", "Identifiant changé"
    ACCOUNT_OPENED = "account_opened", "Compte ouvert"
    AGENT_INVITED = "agent_invited", "Agent invité"
    AGENT_BLOCKED = "agent_blocked", "Agent bloqué"
    AGENT_UNBLOCKED = "agent_unblocked", "Agent débloqué"
    ROLE_GIVEN = "role_given", "Rôle donné"
    ROLE_TAKEN = "role_taken", "Rôle retiré"
    FACTOR_SET = "factor_set", "Double vérification activée"
    FACTOR_RESET = "factor_reset", "Double vérification retirée"
    RECOVERY_USED = "recovery_used", "Code de secours utilisé"
    SETTINGS_SAVED = "settings_saved", "Réglage enregistré"
    MAILING_SENT = "mailing_sent", "Message groupé envoyé"
    DATA_DOWNLOADED = "data_downloaded", "Données téléchargées"
    HEALTH_READ = "health_read", "Santé lue"  # of HealthReading
    FILE_APPLIED = "file_applied", "Réglages publiés"  # of AppliedFile
