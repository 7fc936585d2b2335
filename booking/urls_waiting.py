"""A family's waiting lists, and the offers it receives by mail."""

from django.urls import path

from booking.views import waiting

urlpatterns = [
    path("liste-attente/", waiting.waiting_lists, name="waiting_lists"),
    path(
        "liste-attente/<int:child_id>/<int:opening_id>/rejoindre/", waiting.waiting_join, name="waiting_join"
    ),
    path("liste-attente/<int:pk>/quitter/", waiting.waiting_leave, name="waiting_leave"),
    path("liste-attente/offre/<str:token>/", waiting.waiting_offer, name="waiting_offer"),
]
