"""What the portal says when the network is down, in every language at once: the page is kept before anybody asks."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OfflineWords:
    code: str  # of settings.LANGUAGES
    direction: str
    title: str
    text: str
    again: str


OFFLINE = (
    OfflineWords(
        code="fr",
        direction="ltr",
        title="Pas de connexion",
        text="Cette page demande le réseau. Ce qui est enregistré le reste : vos réservations et vos paiements sont "
        "gardés. Réessayez dès que la connexion revient.",
        again="Réessayer",
    ),
    OfflineWords(
        code="en",
        direction="ltr",
        title="You are offline",
        text="This page needs a connection. What is recorded stays recorded: your bookings and payments are kept. "
        "Try again as soon as you are connected.",
        again="Try again",
    ),
    OfflineWords(
        code="ar",
        direction="rtl",
        title="لا يوجد اتصال",
        text="تحتاج هذه الصفحة إلى الشبكة. ما سُجِّل يبقى مسجَّلًا: حجوزاتكم ومدفوعاتكم محفوظة. أعيدوا المحاولة عند عودة الاتصال.",
        again="إعادة المحاولة",
    ),
)
