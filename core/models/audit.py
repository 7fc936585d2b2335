from django.db import models

from core.audit_acts import AuditAct


class AuditEntry(models.Model):
    """Who did what, on what, when and from where. Never rewritten; deleted by age only (the database sees to both).

    People and objects are named as they were: an entry outlives them.
    """

    at = models.DateTimeField("le")
    act = models.CharField("acte", max_length=16)  # an AuditAct
    actor_id = models.BigIntegerField(
        "compte", null=True, blank=True
    )  # null: the vendor, a task, or nobody known
    actor_name = models.CharField("par", max_length=200)
    subject_kind = models.CharField("nature de l’objet", max_length=60, blank=True)
    subject_id = models.BigIntegerField("numéro de l’objet", null=True, blank=True)
    subject_name = models.CharField("objet", max_length=200, blank=True)
    note = models.CharField("précision", max_length=400, blank=True)
    before = models.JSONField("avant", null=True, blank=True)
    after = models.JSONField("après", null=True, blank=True)
    address = models.CharField("adresse réseau", max_length=45, blank=True)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="auditentry_latest"),
            models.Index(fields=["actor_id", "-at"], name="auditentry_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{AuditAct(self.act).label} – {self.actor_name}"
