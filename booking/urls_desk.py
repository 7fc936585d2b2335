"""What the desk does on its own account: book for a family, places, enrolments, priorities, trying a rule."""

from django.urls import path

from booking.views import office_bookings

urlpatterns = [
    path("agent/enfants/<int:child_id>/reserver/", office_bookings.agent_booking, name="agent_booking"),
    path(
        "agent/enfants/<int:child_id>/reserver/<slug:period_code>/",
        office_bookings.agent_booking_planning,
        name="agent_booking_planning",
    ),
]
