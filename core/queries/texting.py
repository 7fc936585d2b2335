from core.models import CommuneSettings, User
from core.sms import international, is_configured


def sms_sender() -> str:
    """The name that short messages come from; empty where the town, or the installation, sends none."""
    if not is_configured():
        return ""
    return CommuneSettings.objects.values_list("sms_sender", flat=True).first() or ""


def sms_number(user: User) -> str | None:
    """Where an account's short messages go, international; None without a mobile. Needs the guardian."""
    return international(user.guardian.phone)
