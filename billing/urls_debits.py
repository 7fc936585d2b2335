"""SEPA direct debit: the family's mandate, the desk's batches."""

from django.urls import path

from billing.views import mandates, office_debit_returns, office_debits, office_mandates

urlpatterns = [
    path("mon-compte/prelevement/<slug:code>/", mandates.debit_mandate, name="debit_mandate"),
    path(
        "mon-compte/prelevement/<slug:code>/signer/", mandates.debit_mandate_sign, name="debit_mandate_sign"
    ),
    path(
        "mon-compte/prelevement/<slug:code>/compte/",
        mandates.debit_mandate_account,
        name="debit_mandate_account",
    ),
    path(
        "mon-compte/prelevement/<slug:code>/revoquer/",
        mandates.debit_mandate_revoke,
        name="debit_mandate_revoke",
    ),
    path("mon-compte/prelevement/<slug:code>/mandat/", mandates.debit_mandate_pdf, name="debit_mandate_pdf"),
    path("agent/facturation/prelevements/", office_debits.agent_debits, name="agent_debits"),
    path(
        "agent/facturation/prelevements/<int:pk>/", office_debits.agent_debit_batch, name="agent_debit_batch"
    ),
    path(
        "agent/facturation/prelevements/<int:pk>/suite/",
        office_debits.agent_debit_batch_act,
        name="agent_debit_batch_act",
    ),
    path(
        "agent/facturation/prelevements/<int:pk>/fichier/",
        office_debits.agent_debit_batch_file,
        name="agent_debit_batch_file",
    ),
    path(
        "agent/facturation/prelevements/rejet/<int:pk>/",
        office_debit_returns.agent_debit_reject,
        name="agent_debit_reject",
    ),
    path(
        "agent/facturation/prelevements/retour-banque/",
        office_debit_returns.agent_debit_import,
        name="agent_debit_import",
    ),
    path(
        "agent/facturation/prelevements/reglages/<slug:code>/",
        office_debit_returns.agent_debit_settings,
        name="agent_debit_settings",
    ),
    path("agent/facturation/mandats/", office_mandates.agent_debit_mandates, name="agent_debit_mandates"),
    path(
        "agent/facturation/mandats/<int:pk>/", office_mandates.agent_debit_mandate, name="agent_debit_mandate"
    ),
    path(
        "agent/facturation/mandats/<int:pk>/fin/",
        office_mandates.agent_debit_mandate_end,
        name="agent_debit_mandate_end",
    ),
    path(
        "agent/facturation/mandats/<int:pk>/document/",
        office_mandates.agent_debit_mandate_pdf,
        name="agent_debit_mandate_pdf",
    ),
]
