"""Absences: families report them, agents read the papers."""

from django.urls import path

from booking.views import absences, office_absences

urlpatterns = [
    path("reservation/<int:child_id>/<slug:period_code>/absence/", absences.absence_new, name="absence_new"),
    path("mes-absences/", absences.absence_list, name="absence_list"),
    path("mes-absences/<int:pk>/", absences.absence_detail, name="absence_detail"),
    path("mes-absences/<int:pk>/justificatif/", absences.absence_proof, name="absence_proof"),
    path("mes-absences/<int:pk>/retirer/", absences.absence_undo, name="absence_undo"),
    path("agent/reservations/<int:pk>/absence/", office_absences.agent_absence_new, name="agent_absence_new"),
    path("agent/absences/", office_absences.agent_absences, name="agent_absences"),
    path("agent/absences/<int:pk>/", office_absences.agent_absence, name="agent_absence"),
    path(
        "agent/absences/<int:pk>/decider/", office_absences.agent_absence_decide, name="agent_absence_decide"
    ),
    path(
        "agent/absences/<int:pk>/justificatif/",
        office_absences.agent_absence_paper,
        name="agent_absence_paper",
    ),
]
