"""The town's settings. Publishing, importing and going back need bookings: they are in booking.urls_settings."""

from django.urls import path

from core.views import office_settings, office_settings_rules

urlpatterns = [
    path("", office_settings.agent_settings, name="agent_settings"),
    path("abandonner/", office_settings.agent_settings_undo, name="agent_settings_undo"),
    path("historique/", office_settings.agent_settings_history, name="agent_settings_history"),
    path("fichier.toml", office_settings.agent_settings_export, name="agent_settings_export"),
    path("liste/<path:path>/", office_settings.agent_settings_list, name="agent_settings_list"),
    path("ajouter/<path:path>/", office_settings.agent_settings_new, name="agent_settings_new"),
    path("objet/<path:path>/", office_settings.agent_settings_object, name="agent_settings_object"),
    path("geste/<path:path>/", office_settings.agent_settings_act, name="agent_settings_act"),
    path(
        "regle/<slug:key>/<path:path>/", office_settings_rules.agent_settings_rule, name="agent_settings_rule"
    ),
]
