"""What the town's settings do to bookings: publishing them, importing a file, going back."""

from django.urls import path

from booking.views import office_settings

urlpatterns = [
    path("publier/", office_settings.agent_settings_publish, name="agent_settings_publish"),
    path("exemples/", office_settings.agent_settings_examples, name="agent_settings_examples"),
    path("importer/", office_settings.agent_settings_import, name="agent_settings_import"),
    path("historique/<int:pk>/", office_settings.agent_settings_version, name="agent_settings_version"),
    path("copier/<path:path>/", office_settings.agent_settings_copy, name="agent_settings_copy"),
]
