from django.urls import include, path

from billing.views import (
    documents,
    invoice_lines,
    invoice_payments,
    ledger,
    office_tariffs,
    payments,
    refunds,
)

urlpatterns = [
    path("", include("billing.urls_quotients")),
    path("agent/tarifs/<int:pk>/", office_tariffs.agent_tariff, name="agent_tariff"),
    path(
        "agent/tarifs/<int:pk>/version/<slug:shape>/",
        office_tariffs.agent_tariff_version,
        name="agent_tariff_version",
    ),
    path(
        "agent/tarifs/versions/<int:pk>/retirer/", office_tariffs.agent_tariff_drop, name="agent_tariff_drop"
    ),
    path("paiement/retour/<uuid:token>/", payments.payment_return, name="payment_return"),
    path("paiement/acces/<uuid:token>/", payments.payment_form, name="payment_form"),
    path("paiement/resultat/<uuid:token>/", payments.payment_result, name="payment_result"),
    path("paiement/etat/<uuid:token>/", payments.payment_status, name="payment_status"),
    path("paiement/ticket/<uuid:token>/", documents.receipt_pdf, name="receipt_pdf"),
    path("mon-compte/factures/<int:pk>/", documents.invoice_pdf, name="invoice_pdf"),
    path("mon-compte/factures/<int:pk>/lignes/", invoice_lines.invoice_lines, name="invoice_lines"),
    path("mon-compte/factures/regie/<slug:code>/paiement/", invoice_payments.invoice_pay, name="invoice_pay"),
    path(
        "mon-compte/factures/regie/<slug:code>/paiement/acces/",
        invoice_payments.invoice_payment_start,
        name="invoice_payment_start",
    ),
    path("mon-compte/factures/regie/<slug:code>/", ledger.regie_block, name="regie_block"),
    path("agent/paiements/remboursements/", refunds.agent_payment_refunds, name="agent_payment_refunds"),
    path(
        "agent/paiements/remboursements/faits/",
        refunds.agent_payment_refunds_done,
        name="agent_payment_refunds_done",
    ),
    path(
        "agent/paiements/remboursements/<int:pk>/garder/",
        refunds.agent_payment_refund_keep,
        name="agent_payment_refund_keep",
    ),
    path("", include("billing.urls_campaigns")),
    path("", include("billing.urls_providers")),
    path("", include("billing.urls_books")),
    path("", include("billing.urls_statements")),
    path("", include("billing.urls_debits")),
]
