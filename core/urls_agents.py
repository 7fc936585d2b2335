"""Who works at the desk, what they may do, how they enter, and the journal of what was done."""

from django.urls import path

from core.views import office_agents, office_journal, passwords, second_factor, sessions

urlpatterns = [
    path("agents/", office_agents.agent_colleagues, name="agent_colleagues"),
    path("agents/securite/", office_agents.agent_colleagues_security, name="agent_colleagues_security"),
    path("agents/<int:pk>/", office_agents.agent_colleague, name="agent_colleague"),
    path("agents/<int:pk>/roles/", office_agents.agent_colleague_give, name="agent_colleague_give"),
    path("agents/roles/<int:pk>/retirer/", office_agents.agent_colleague_take, name="agent_colleague_take"),
    path("journal/", office_journal.agent_journal, name="agent_journal"),
    path("connexion/code/", second_factor.second_factor, name="second_factor"),
    path("securite/", sessions.agent_security, name="agent_security"),
    path("securite/mot-de-passe/", passwords.agent_security_password, name="agent_security_password"),
    path("securite/activer/", second_factor.agent_security_enrol, name="agent_security_enrol"),
    path("securite/codes/", second_factor.agent_security_codes, name="agent_security_codes"),
]
