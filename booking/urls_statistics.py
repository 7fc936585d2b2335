from django.urls import path

from booking.views import office_statistics

urlpatterns = [
    path("agent/statistiques/", office_statistics.agent_statistics, name="agent_statistics"),
    path("agent/statistiques/<slug:view>/", office_statistics.agent_statistics, name="agent_statistics_view"),
]
