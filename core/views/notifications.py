"""« Mes notifications »: which reminders a family receives, and the link that stops one from a mail."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock
from core.enums import NotificationKind
from core.models import User
from core.notification_links import read_stop_token
from core.queries.notifications import wanted_kinds
from core.queries.texting import sms_number, sms_sender
from core.services.notifications import choose_notifications, stop_notification
from core.services.texting import choose_sms
from core.views.access import family_required


class NotificationsForm(forms.Form):
    rappels = forms.MultipleChoiceField(
        label=_("Me rappeler par courriel"),
        choices=NotificationKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    sms = forms.BooleanField(label=_("Recevoir aussi ces rappels par SMS"), required=False)

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        start = {"rappels": wanted_kinds(user), "sms": user.sms_reminders}
        super().__init__(*args, initial=start, **kwargs)
        number = sms_number(user) if sms_sender() else None
        if number is None:
            del self.fields["sms"]
        else:
            self.fields["sms"].help_text = _(
                "Au %(phone)s, pour les dates limites, le panier et les messages de service (fermeture, grève)."
            ) % {"phone": user.guardian.phone}


@family_required
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    form = NotificationsForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        choose_notifications(user=request.user, wanted=form.cleaned_data["rappels"], now=clock.now())
        if "sms" in form.cleaned_data:
            choose_sms(user=request.user, wanted=form.cleaned_data["sms"])
        messages.success(request, _("Vos choix sont enregistrés."))
        return redirect("notifications")
    return render(request, "account/notifications.html", {"form": form})


# A mail program that offers « Se désabonner » sends this form by itself, with no page of ours before (RFC 8058): the
# signed address is the proof, and all it can do is to stop a reminder.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def notification_stop(request: HttpRequest, token: str) -> HttpResponse:
    found = read_stop_token(token)
    if found is None:
        return render(request, "account/notification_stop.html", {"kind": None, "stopped": False}, status=404)
    user, kind = found
    if request.method == "POST":
        stop_notification(user=user, kind=kind, now=clock.now())
    stopped = kind not in wanted_kinds(user)
    return render(request, "account/notification_stop.html", {"kind": kind, "stopped": stopped})
