"""Accounts of families and agents: how they are born, proved, repaired. Nobody at the town ever sees a password."""

import secrets
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from core.account_links import ACTIVATION, PASSWORD_RESET, email_change_link
from core.audit_acts import AuditAct
from core.enums import AccountKind
from core.errors import DomainError
from core.guardian_roles import GuardianRole
from core.models import Guardian, User
from core.services.audit import record
from core.services.outbox import write_mail
from core.services.sessions import forget_sessions
from tenants.context import town_timezone, town_url

log = structlog.get_logger(__name__)

PROVISIONAL_LIFE = timedelta(days=3)
# Without the letters and digits that are read one for another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class EmailTakenError(DomainError):
    code = "email_taken"
    message = _("Cette adresse a déjà un compte dans cette commune.")


class NoAccountError(DomainError):
    code = "no_account"
    message = "Cette personne n’a pas encore de compte."


class PickupOnlyError(DomainError):
    code = "pickup_only"
    message = "Cette personne vient seulement chercher les enfants : donnez-lui d’abord un autre rôle."


def create_family_account(
    *, guardian: Guardian, email: str, by: User | None, now: datetime, language: str = ""
) -> User:
    """Give a guardian an account and send its activation link, in their language. Raises EmailTakenError,
    PickupOnlyError."""
    if guardian.role == GuardianRole.PICKUP:
        raise PickupOnlyError
    try:
        with transaction.atomic():
            user = User(email=email, kind=AccountKind.FAMILY, name=str(guardian), language=language)
            user.save()
            guardian.user = user
            guardian.email = guardian.email or email
            guardian.save(update_fields=["user", "email"])
            send_activation(user=user, now=now)
            by_itself = "" if by else f"{guardian} (inscription en ligne)"
            record(act=AuditAct.ACCOUNT_OPENED, by=by, now=now, on=user, actor_name=by_itself)
    except IntegrityError as error:
        if "user_email_kind_unique" in str(error):
            raise EmailTakenError from error
        raise
    log.info("account_created", user=user.pk, by=by and by.pk)
    return user


def send_activation(*, user: User, now: datetime) -> str:
    """Send the link by which the person chooses a first password, and return it. Only the newest mail works."""
    with transaction.atomic():
        # The link is signed over the password, and an unusable one is random: a new one ends what was sent before.
        user.set_unusable_password()
        user.must_change_password = False
        user.provisional_until = None
        user.save(update_fields=["password", "must_change_password", "provisional_until"])
        link = _link("activate", user, ACTIVATION.make_token(user))
        write_mail(
            to=user.email,
            template="agent_activation" if user.is_agent else "activation",
            context={"user": user, "link": link, "door": town_url(_door(user))},
            now=now,
        )
    return link


def set_provisional_password(*, user: User, by: User, now: datetime) -> None:
    """Replace the password by one that goes by mail to the person alone, works three days and must be changed."""
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    until = now + PROVISIONAL_LIFE
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = True
        user.provisional_until = until
        user.save(update_fields=["password", "must_change_password", "provisional_until"])
        write_mail(
            to=user.email,
            template="provisional_password",
            context={
                "user": user,
                "password": password,
                "until": until.astimezone(town_timezone()),
                "link": town_url(_door(user)),
            },
            now=now,
        )
        record(act=AuditAct.PASSWORD_LENT, by=by, now=now, on=user)
    log.info("provisional_password_sent", user=user.pk, by=by.pk)


def send_way_back(*, email: str, now: datetime) -> None:
    """Answer « identifiant ou mot de passe oublié » by mail, and by mail only.

    An unknown address is written to as well: the page and the time it takes tell nothing about who has an
    account, and whoever mistook their address learns it.
    """
    users = list(User.objects.filter(email__iexact=email, is_active=True))
    for user in users:
        if user.is_activated:
            link = _link("password_reset_confirm", user, PASSWORD_RESET.make_token(user))
            write_mail(
                to=user.email, template="password_reset", context={"user": user, "link": link}, now=now
            )
        else:
            send_activation(user=user, now=now)
    if not users:
        write_mail(
            to=email, template="unknown_account", context={"email": email, "link": town_url("/")}, now=now
        )


def choose_password(*, user: User, password: str, now: datetime) -> None:
    """Set the password that the person has chosen: the account is activated and nothing provisional is left."""
    first = not user.is_activated
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.provisional_until = None
        user.activated_at = user.activated_at or now
        user.save(update_fields=["password", "must_change_password", "provisional_until", "activated_at"])
        record(act=AuditAct.PASSWORD_CHOSEN, by=user, now=now, on=user)
        if not first:
            write_mail(
                to=user.email,
                template="password_changed",
                context={"user": user, "at": now.astimezone(town_timezone())},
                now=now,
            )


def ask_email_change(*, user: User, new_email: str, now: datetime) -> None:
    """Send a link to the new address. Nothing changes before it is followed.

    An address that already has an account gets a mail that says so; the page says the same in both cases.
    """
    taken = User.objects.filter(email__iexact=new_email, kind=user.kind).exclude(pk=user.pk).exists()
    if taken:
        write_mail(
            to=new_email, template="email_taken", context={"email": new_email, "link": town_url("/")}, now=now
        )
        return
    token = email_change_link(new_email).make_token(user)
    path = reverse("email_change_confirm", args=[user.pk, urlsafe_base64_encode(new_email.encode()), token])
    write_mail(
        to=new_email,
        template="email_change",
        context={"user": user, "new_email": new_email, "link": town_url(path)},
        now=now,
    )


def change_email(*, user: User, new_email: str, now: datetime) -> None:
    """Make the proved address the login, and tell the old one. Raises EmailTakenError."""
    old_email = user.email
    try:
        with transaction.atomic():
            user.email = new_email
            user.save(update_fields=["email"])
            Guardian.objects.filter(user=user, email__iexact=old_email).update(email=new_email)
            before, after = {"identifiant": old_email}, {"identifiant": new_email}
            record(act=AuditAct.EMAIL_CHANGED, by=user, now=now, on=user, before=before, after=after)
            write_mail(
                to=old_email,
                template="email_changed",
                context={"user": user, "new_email": new_email, "at": now.astimezone(town_timezone())},
                now=now,
            )
    except IntegrityError as error:
        user.email = old_email
        raise EmailTakenError from error


def close_account(*, user: User) -> None:
    """Nobody signs in with it any more, wherever it is open, and its address is free again. What the person did keeps
    its name. The act that closes it is what the journal tells."""
    forget_sessions(user.sessions.all())
    user.email, user.is_active = f"ferme-{user.pk}@portail.invalid", False
    user.set_unusable_password()
    user.save(update_fields=["email", "is_active", "password"])


def account_of(guardian: Guardian) -> User:
    """The account of a guardian. Raises NoAccountError."""
    if guardian.user is None:
        raise NoAccountError
    return guardian.user


def _link(name: str, user: User, token: str) -> str:
    return town_url(reverse(name, args=[user.pk, token]))


def _door(user: User) -> str:
    return reverse("agent_login" if user.is_agent else "login")
