"""Where agents write the town's public pages."""

from django.urls import path

from core.views import menus, office_portal

urlpatterns = [
    path("", office_portal.agent_portal, name="agent_portal"),
    path("apercu/", office_portal.agent_portal_preview, name="agent_portal_preview"),
    path("accueil/", office_portal.agent_portal_welcome, name="agent_portal_welcome"),
    path("identite/", office_portal.agent_portal_look, name="agent_portal_look"),
    path("identite/theme.css", office_portal.agent_portal_theme, name="agent_portal_theme"),
    path(
        "accessibilite-declaree/",
        office_portal.agent_portal_accessibility,
        name="agent_portal_accessibility",
    ),
    path("menus/", menus.agent_portal_menus, name="agent_portal_menus"),
    path("menus/copier/", menus.agent_portal_menus_copy, name="agent_portal_menus_copy"),
    path("menus/importer/", menus.agent_portal_menus_import, name="agent_portal_menus_import"),
    path("legal/<slug:kind>/", office_portal.agent_portal_legal, name="agent_portal_legal"),
    path("<slug:kind>/", office_portal.agent_portal_entries, name="agent_portal_entries"),
    path("<slug:kind>/ajouter/", office_portal.agent_portal_entry_new, name="agent_portal_entry_new"),
    path("<slug:kind>/<int:pk>/", office_portal.agent_portal_entry, name="agent_portal_entry"),
    path("<slug:kind>/<int:pk>/geste/", office_portal.agent_portal_entry_act, name="agent_portal_entry_act"),
]
