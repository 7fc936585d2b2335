"""« Informations du compte »: what the town knows of the family, and the login."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core import clock
from core.account_links import email_change_link
from core.errors import DomainError
from core.forms.accounts import EmailChangeForm, EmailForm
from core.forms.guardians import InviteGuardianForm
from core.guardian_roles import GuardianRole
from core.models import Guardian, User
from core.queries.child_file import shown_fields
from core.services.accounts import ask_email_change, change_email
from core.services.guardians import invite_guardian
from core.services.throttle import allow
from core.views.access import family_required, own_children
from core.views.entrance import LANDING
from core.views.family_file import family_parts
from core.views.listing import number_in


@family_required
def account_info(request: HttpRequest) -> HttpResponse:
    """Also where a guardian invites another adult; ``personne``: one of the file who has no account yet."""
    household = request.user.guardian.household
    invited = household.guardians.filter(user=None, pk=number_in(request.GET, "personne")).first()
    form = InviteGuardianForm(request.POST or None, initial=_known(invited))
    if request.method == "POST" and form.is_valid():
        if not allow(act="invitation", who=str(request.user.pk), limit=10, per=timedelta(hours=1)):
            form.add_error(None, _("Plusieurs personnes viennent d’être ajoutées. Réessayez dans une heure."))
        elif _invite(request, form):
            return redirect("account_info")
    guardians = household.guardians.select_related("user")
    home, adults = family_parts(household, guardians, by=request.user)
    return render(
        request,
        "account/info.html",
        {
            "household": household,
            "home": home,
            "adults": adults,
            "children": own_children(request),
            "shown": shown_fields(),
            "invitation": form,
            "invites": form.is_bound or invited is not None,
        },
    )


@sensitive_post_parameters("password")
@never_cache
@login_required
def email_change(request: HttpRequest) -> HttpResponse:
    form = EmailChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        new_email = form.cleaned_data["new_email"]
        ask_email_change(user=request.user, new_email=new_email, now=clock.now())
        messages.success(
            request,
            _(
                "Nous venons d’écrire à %(email)s. Ouvrez le lien de ce message pour confirmer : "
                "d’ici là, votre identifiant ne change pas."
            )
            % {"email": new_email},
        )
        return redirect(LANDING[request.user.kind])
    return render(request, "account/email_change.html", {"form": form})


@never_cache
def email_change_confirm(request: HttpRequest, user_id: int, address: str, token: str) -> HttpResponse:
    """Opened from the mailbox, perhaps on another device: the link proves enough, but a click must confirm it."""
    try:
        new_email = urlsafe_base64_decode(address).decode()
    except ValueError as error:
        raise Http404 from error
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not email_change_link(new_email).check_token(user, token):
        return render(request, "account/dead_link.html", {"form": EmailForm()}, status=410)
    if request.method == "POST":
        try:
            change_email(user=user, new_email=new_email, now=clock.now())
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Votre identifiant est maintenant %(email)s.") % {"email": new_email})
        return redirect(LANDING[user.kind])
    return render(request, "account/email_change_confirm.html", {"new_email": new_email})


def _known(invited: Guardian | None) -> dict[str, str]:
    """What the form begins with. A new adult is proposed as a second manager, as most are."""
    if invited is None:
        return {"role": GuardianRole.MANAGER}
    return {name: getattr(invited, name) for name in InviteGuardianForm.Meta.fields}


def _invite(request: HttpRequest, form: InviteGuardianForm) -> bool:
    guardian = form.save(commit=False)
    try:
        invite_guardian(
            guardian=guardian,
            household=request.user.guardian.household,
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return False
    said = _("%(person)s est dans votre dossier.")
    if guardian.role != GuardianRole.PICKUP:
        said = _(
            "%(person)s est dans votre dossier. Si %(email)s n’a pas encore de compte, une invitation y part."
        )
    messages.success(request, said % {"person": guardian, "email": guardian.email})
    return True
