"""The family's bookings in its own calendar."""

from django.urls import path

from booking.views import feeds

urlpatterns = [
    path("calendrier/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
    path("mon-compte/agenda/", feeds.calendar_address, name="calendar_address"),
]
