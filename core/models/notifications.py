from django.db import models
from django.db.models import Q

from core.enums import NotificationKind
from core.models.accounts import User


class NotificationChoice(models.Model):
    """What an account decided about one kind of reminder. Without a row, the kind is wanted."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notification_choices", verbose_name="compte")
    kind = models.CharField("rappel", max_length=16, choices=NotificationKind)
    wanted = models.BooleanField("voulu")
    chosen_at = models.DateTimeField("choisi le")

    class Meta:
        verbose_name = "choix de notification"
        verbose_name_plural = "choix de notification"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notificationchoice_unique"),
            models.CheckConstraint(
                name="notificationchoice_kind_known", condition=Q(kind__in=NotificationKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_kind_display()}"
