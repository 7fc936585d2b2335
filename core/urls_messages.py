"""Messages: a family's own, and the office's inbox."""

from django.urls import path

from core.views import conversations, office_conversations, office_mailings

urlpatterns = [
    path("mes-messages/", conversations.conversations, name="conversations"),
    path("mes-messages/nouveau/", conversations.conversation_new, name="conversation_new"),
    path("mes-messages/<int:pk>/", conversations.conversation, name="conversation"),
    path("mes-messages/fichiers/<int:pk>/", conversations.conversation_file, name="conversation_file"),
    path("agent/messages/", office_conversations.agent_conversations, name="agent_conversations"),
    path("agent/messages/<int:pk>/", office_conversations.agent_conversation, name="agent_conversation"),
    path(
        "agent/messages/<int:pk>/suivi/",
        office_conversations.agent_conversation_follow,
        name="agent_conversation_follow",
    ),
    path(
        "agent/messages/<int:pk>/etat/",
        office_conversations.agent_conversation_state,
        name="agent_conversation_state",
    ),
    path(
        "agent/messages/fichiers/<int:pk>/",
        office_conversations.agent_conversation_file,
        name="agent_conversation_file",
    ),
    path(
        "agent/messages/famille/<int:household_id>/",
        office_conversations.agent_conversation_new,
        name="agent_conversation_new",
    ),
    path("agent/messages/groupes/", office_mailings.agent_mailings, name="agent_mailings"),
    path("agent/messages/groupes/nouveau/", office_mailings.agent_mailing_new, name="agent_mailing_new"),
    path("agent/messages/groupes/<int:pk>/", office_mailings.agent_mailing, name="agent_mailing"),
    path(
        "agent/messages/groupes/<int:pk>/modifier/",
        office_mailings.agent_mailing_edit,
        name="agent_mailing_edit",
    ),
    path(
        "agent/messages/groupes/<int:pk>/geste/", office_mailings.agent_mailing_act, name="agent_mailing_act"
    ),
]
