"""The back office's pages that need bookings and money; those about people alone are in core.urls."""

from django.urls import include, path

from booking.views import (
    attendance,
    changes,
    meals,
    office,
    office_home,
    office_payments,
    office_requests,
    outings,
    tariffs,
)

urlpatterns = [
    path("agent/tarifs/", tariffs.agent_tariffs, name="agent_tariffs"),
    path("agent/", office_home.agent_home, name="agent_home"),
    path("agent/recherche/", office.agent_search, name="agent_search"),
    path("agent/familles/<int:pk>/", office.agent_family, name="agent_family"),
    path("agent/reservations/", office.agent_reservations, name="agent_reservations"),
    path("agent/reservations/<int:pk>/", office.agent_reservation, name="agent_reservation"),
    path("agent/demandes/", office_requests.agent_requests, name="agent_requests"),
    path("agent/demandes/<int:pk>/", office_requests.agent_request, name="agent_request"),
    path("agent/demandes/decider/", office_requests.agent_requests_decide, name="agent_requests_decide"),
    path("agent/demandes/reprendre/", office_requests.agent_requests_undo, name="agent_requests_undo"),
    path("agent/demandes/jour/<int:pk>/", office_requests.agent_requests_day, name="agent_requests_day"),
    path(
        "agent/demandes/jour/<int:pk>/places/",
        office_requests.agent_requests_capacity,
        name="agent_requests_capacity",
    ),
    path("agent/pointage/", attendance.agent_attendance, name="agent_attendance"),
    path("agent/pointage/hors-ligne.js", attendance.agent_attendance_worker, name="agent_attendance_worker"),
    path("agent/pointage/<int:pk>/", attendance.agent_attendance_sheet, name="agent_attendance_sheet"),
    path(
        "agent/pointage/<int:pk>/photos/<slug:token>/",
        attendance.agent_attendance_photo,
        name="agent_attendance_photo",
    ),
    path("agent/pointage/<int:pk>/envoyer/", attendance.agent_attendance_sync, name="agent_attendance_sync"),
    path("agent/pointage/<int:pk>/feuille.pdf", attendance.agent_attendance_pdf, name="agent_attendance_pdf"),
    path(
        "agent/pointage/<int:pk>/tableur/", attendance.agent_attendance_export, name="agent_attendance_export"
    ),
    path(
        "agent/pointage/<int:pk>/sans-reservation/",
        attendance.agent_attendance_unbooked,
        name="agent_attendance_unbooked",
    ),
    path(
        "agent/pointage/<int:pk>/terminer/", attendance.agent_attendance_close, name="agent_attendance_close"
    ),
    path("agent/pointage/<int:pk>/cout/", outings.agent_attendance_cost, name="agent_attendance_cost"),
    path(
        "agent/pointage/<int:pk>/cout/annuler/",
        outings.agent_attendance_cost_cancel,
        name="agent_attendance_cost_cancel",
    ),
    path("agent/repas/", meals.agent_meals, name="agent_meals"),
    path("agent/repas/commander/", meals.agent_meals_order, name="agent_meals_order"),
    path("agent/annulations/", changes.agent_changes, name="agent_changes"),
    path("agent/annulations/nouvelle/", changes.agent_change_new, name="agent_change_new"),
    path("agent/annulations/<int:pk>/", changes.agent_change, name="agent_change"),
    path("agent/annulations/<int:pk>/reprendre/", changes.agent_change_undo, name="agent_change_undo"),
    path("agent/paiements/", office_payments.agent_payments, name="agent_payments"),
    path("agent/paiements/<int:pk>/", office_payments.agent_payment, name="agent_payment"),
    path(
        "agent/paiements/<int:pk>/verifier/", office_payments.agent_payment_check, name="agent_payment_check"
    ),
    path(
        "agent/paiements/<int:pk>/rejet/", office_payments.agent_payment_reject, name="agent_payment_reject"
    ),
    path(
        "agent/paiements/remboursements/<int:pk>/prestataire/",
        office_payments.agent_payment_refund,
        name="agent_payment_refund",
    ),
    path("", include("booking.urls_desk")),
    path("", include("booking.urls_statistics")),
]
