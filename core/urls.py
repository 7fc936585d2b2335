from django.urls import include, path

from core.enums import LegalKind
from core.views import (
    account_info,
    face,
    login,
    notifications,
    office,
    office_accounts,
    office_agents,
    office_years,
    passwords,
)

urlpatterns = [
    path("", face.home, name="home"),
    path("actualites/", face.news, name="news"),
    path("infos/<slug:code>/", face.page, name="page"),
    path("telechargements/<slug:code>/", face.download, name="download"),
    path("contact/", face.contact, name="contact"),
    path("theme.css", face.theme_css, name="theme_css"),
    path("identite/<slug:which>", face.branding_picture, name="branding_picture"),
    *(
        path(f"{kind.value}/", face.legal, {"kind": kind}, name=f"legal_{kind.name.lower()}")
        for kind in LegalKind
    ),
    path("connexion/", login.login, name="login"),
    path("deconnexion/", login.logout, name="logout"),
    path("agent/connexion/", login.agent_login, name="agent_login"),
    path("mot-de-passe-oublie/", passwords.password_reset, name="password_reset"),
    path("mot-de-passe-oublie/envoye/", passwords.password_reset_sent, name="password_reset_sent"),
    path(
        "mot-de-passe/<int:user_id>/<str:token>/",
        passwords.password_reset_confirm,
        name="password_reset_confirm",
    ),
    path("activation/<int:user_id>/<str:token>/", passwords.activate, name="activate"),
    path("mon-compte/informations/", account_info.account_info, name="account_info"),
    path("mon-compte/notifications/", notifications.notifications, name="notifications"),
    path("notifications/<str:token>/", notifications.notification_stop, name="notification_stop"),
    path("mon-compte/mot-de-passe/", passwords.password_change, name="password_change"),
    path("mon-compte/adresse/", account_info.email_change, name="email_change"),
    path(
        "adresse/<int:user_id>/<str:address>/<str:token>/",
        account_info.email_change_confirm,
        name="email_change_confirm",
    ),
    path("agent/familles/", office.agent_families, name="agent_families"),
    path("agent/familles/nouvelle/", office_accounts.agent_family_new, name="agent_family_new"),
    path("agent/enfants/", office.agent_children, name="agent_children"),
    path("", include("core.urls_child_file")),
    path("agent/portail/", include("core.urls_portal")),
    path("agent/taches/", office.agent_tasks, name="agent_tasks"),
    path("agent/taches/<int:pk>/faite/", office.agent_task_done, name="agent_task_done"),
    path("agent/annee/", office_years.agent_year, name="agent_year"),
    path("agent/annee/<int:pk>/", office_years.agent_year_change, name="agent_year_change"),
    path("agent/annee/<int:pk>/appliquer/", office_years.agent_year_apply, name="agent_year_apply"),
    path("agent/annee/<int:pk>/reprendre/", office_years.agent_year_undo, name="agent_year_undo"),
    path("agent/annee/enfant/<int:pk>/", office_years.agent_year_line, name="agent_year_line"),
    path("agent/agents/", office_agents.agent_colleagues, name="agent_colleagues"),
    path("agent/agents/<int:pk>/", office_agents.agent_colleague_act, name="agent_colleague_act"),
    path(
        "agent/responsables/<int:pk>/compte/",
        office_accounts.agent_account_create,
        name="agent_account_create",
    ),
    path(
        "agent/responsables/<int:pk>/activation/",
        office_accounts.agent_activation_resend,
        name="agent_activation_resend",
    ),
    path(
        "agent/responsables/<int:pk>/mot-de-passe-provisoire/",
        office_accounts.agent_provisional,
        name="agent_provisional",
    ),
]
