"""Files of families at the desk: united, written to; and what a family asks about its data."""

from django.urls import path

from core.views import (
    office_corrections,
    office_family_notes,
    office_guardians,
    office_household_merges,
    office_mails,
    office_privacy,
    own_data,
)

urlpatterns = [
    path("mon-compte/donnees/", own_data.own_data, name="own_data"),
    path("mon-compte/donnees/<int:pk>/archive/", own_data.own_data_file, name="own_data_file"),
    path("mon-compte/donnees/<int:pk>/retirer/", own_data.own_data_withdraw, name="own_data_withdraw"),
    path("agent/courriels/", office_mails.agent_mails, name="agent_mails"),
    path("agent/courriels/<int:pk>/renvoyer/", office_mails.agent_mail_again, name="agent_mail_again"),
    path(
        "agent/familles/<int:pk>/reunir/",
        office_household_merges.agent_family_merge,
        name="agent_family_merge",
    ),
    path(
        "agent/responsables/<int:pk>/role/",
        office_guardians.agent_guardian_role,
        name="agent_guardian_role",
    ),
    path(
        "agent/familles/<int:pk>/personnes/",
        office_guardians.agent_guardian_add,
        name="agent_guardian_add",
    ),
    path(
        "agent/familles/<int:pk>/modifier/",
        office_corrections.agent_family_edit,
        name="agent_family_edit",
    ),
    path(
        "agent/familles/<int:pk>/enfants/nouveau/",
        office_corrections.agent_child_new,
        name="agent_child_new",
    ),
    path(
        "agent/responsables/<int:pk>/modifier/",
        office_corrections.agent_guardian_edit,
        name="agent_guardian_edit",
    ),
    path(
        "agent/responsables/<int:pk>/retirer/",
        office_corrections.agent_guardian_remove,
        name="agent_guardian_remove",
    ),
    path(
        "agent/enfants/<int:pk>/modifier/",
        office_corrections.agent_child_edit,
        name="agent_child_edit",
    ),
    path("agent/familles/<int:pk>/notes/", office_family_notes.agent_family_notes, name="agent_family_notes"),
    path("agent/familles/notes/<int:pk>/", office_family_notes.agent_family_note, name="agent_family_note"),
    path("agent/familles/<int:pk>/tache/", office_family_notes.agent_family_task, name="agent_family_task"),
    path("agent/donnees/", office_privacy.agent_privacy, name="agent_privacy"),
    path("agent/donnees/<int:pk>/", office_privacy.agent_privacy_request, name="agent_privacy_request"),
    path(
        "agent/donnees/conservation/<int:pk>/",
        office_privacy.agent_privacy_retention,
        name="agent_privacy_retention",
    ),
]
