from django.urls import path

from core.views import child_file, family_file, office_child_file, office_custody

urlpatterns = [
    path("mon-compte/informations/adresse/", family_file.family_home_edit, name="family_home_edit"),
    path(
        "mon-compte/informations/responsables/<int:guardian_id>/",
        family_file.family_adult_edit,
        name="family_adult_edit",
    ),
    path("mon-compte/enfants/<int:child_id>/dossier/", child_file.child_file, name="child_file"),
    path(
        "mon-compte/enfants/<int:child_id>/dossier/<slug:group>/",
        child_file.child_file_edit,
        name="child_file_edit",
    ),
    path(
        "mon-compte/enfants/<int:child_id>/photos/<slug:token>/", child_file.child_photo, name="child_photo"
    ),
    path("agent/enfants/changements/", office_child_file.agent_child_changes, name="agent_child_changes"),
    path(
        "agent/enfants/changements/<int:pk>/",
        office_child_file.agent_child_change,
        name="agent_child_change",
    ),
    path(
        "agent/enfants/lectures-sante/", office_child_file.agent_child_readings, name="agent_child_readings"
    ),
    path("agent/enfants/<int:pk>/", office_child_file.agent_child, name="agent_child"),
    path(
        "agent/enfants/<int:pk>/photos/<slug:token>/",
        office_child_file.agent_child_photo,
        name="agent_child_photo",
    ),
    path("agent/enfants/<int:pk>/garde/", office_custody.agent_custody, name="agent_custody"),
    path("agent/enfants/<int:pk>/garde/fin/", office_custody.agent_custody_end, name="agent_custody_end"),
    path("agent/enfants/<int:pk>/sante/", office_child_file.agent_child_health, name="agent_child_health"),
    path(
        "agent/enfants/<int:pk>/dossier/<slug:group>/",
        office_child_file.agent_child_file,
        name="agent_child_file",
    ),
]
