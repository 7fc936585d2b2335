"""Waiting lists: a family's own, the offers it receives by mail, and the desk's."""

from django.urls import path

from booking.views import office_waiting, waiting

urlpatterns = [
    path("liste-attente/", waiting.waiting_lists, name="waiting_lists"),
    path(
        "liste-attente/<int:child_id>/<int:opening_id>/rejoindre/", waiting.waiting_join, name="waiting_join"
    ),
    path("liste-attente/<int:pk>/quitter/", waiting.waiting_leave, name="waiting_leave"),
    path("liste-attente/offre/<str:token>/", waiting.waiting_offer, name="waiting_offer"),
    path("agent/listes-attente/", office_waiting.agent_waiting, name="agent_waiting"),
    path("agent/listes-attente/<int:pk>/", office_waiting.agent_waiting_day, name="agent_waiting_day"),
    path(
        "agent/listes-attente/<int:pk>/inscrire/",
        office_waiting.agent_waiting_enlist,
        name="agent_waiting_enlist",
    ),
    path(
        "agent/listes-attente/inscriptions/<int:pk>/",
        office_waiting.agent_waiting_act,
        name="agent_waiting_act",
    ),
]
