"""What the desk does on its own account: book for a family, places, enrolments, priorities, trying a rule."""

from django.urls import path

from booking.views import (
    office,
    office_bookings,
    office_enrolments,
    office_minimums,
    office_places,
    office_priorities,
    office_simulator,
)

urlpatterns = [
    path("agent/enfants/<int:child_id>/reserver/", office_bookings.agent_booking, name="agent_booking"),
    path(
        "agent/enfants/<int:child_id>/reserver/<slug:period_code>/",
        office_bookings.agent_booking_planning,
        name="agent_booking_planning",
    ),
    path("agent/organisation/", office.agent_organise, name="agent_organise"),
    path("agent/places/", office_places.agent_places, name="agent_places"),
    path("agent/places/effectifs/", office_minimums.agent_places_minimums, name="agent_places_minimums"),
    path("agent/places/<int:pk>/", office_places.agent_places_period, name="agent_places_period"),
    path(
        "agent/places/<int:pk>/encadrement/",
        office_places.agent_places_staffing,
        name="agent_places_staffing",
    ),
    path("agent/places/jour/<int:pk>/fermer/", office_places.agent_places_close, name="agent_places_close"),
    path(
        "agent/familles/<int:pk>/inscrire/",
        office_enrolments.agent_family_enrol,
        name="agent_family_enrol",
    ),
    path("agent/inscriptions/", office_enrolments.agent_enrolments, name="agent_enrolments"),
    path(
        "agent/inscriptions/<int:pk>/",
        office_enrolments.agent_enrolment_activity,
        name="agent_enrolment_activity",
    ),
    path(
        "agent/inscriptions/<int:pk>/ajouter/",
        office_enrolments.agent_enrolment_add,
        name="agent_enrolment_add",
    ),
    path(
        "agent/inscriptions/<int:pk>/terminer/",
        office_enrolments.agent_enrolment_end,
        name="agent_enrolment_end",
    ),
    path("agent/essayer/", office_simulator.agent_simulator, name="agent_simulator"),
    path("agent/essayer/reglement/", office_simulator.agent_simulator_draft, name="agent_simulator_draft"),
    path("agent/priorites/", office_priorities.agent_priorities, name="agent_priorities"),
    path(
        "agent/priorites/<int:pk>/", office_priorities.agent_priorities_period, name="agent_priorities_period"
    ),
    path(
        "agent/priorites/famille/<int:pk>/",
        office_priorities.agent_priorities_family,
        name="agent_priorities_family",
    ),
]
