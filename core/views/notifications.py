"""« Mes notifications »: which reminders a family receives, and the link that stops one from a mail."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock
from core.enums import NotificationKind
from core.notification_links import read_stop_token
from core.queries.notifications import wanted_kinds
from core.services.notifications import choose_notifications, stop_notification
from core.views.access import family_required


class NotificationsForm(forms.Form):
    rappels = forms.MultipleChoiceField(
        label="Me rappeler par courriel",
        choices=NotificationKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@family_required
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    form = NotificationsForm(request.POST or None, initial={"rappels": wanted_kinds(request.user)})
    if request.method == "POST":
        form = NotificationsForm(request.POST)
        if form.is_valid():
            choose_notifications(user=request.user, wanted=form.cleaned_data["rappels"], now=clock.now())
            messages.success(request, "Vos choix sont enregistrés.")
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
