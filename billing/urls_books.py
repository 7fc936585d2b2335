"""The régie's books, for the desk: the counter, the journal, slips and closings."""

from django.urls import path

from billing.views import books, books_home, closings, counter, deposits, reconciliation, treasury

urlpatterns = [
    path("agent/regie/", books_home.agent_books, name="agent_books"),
    path("agent/regie/controle/", books_home.agent_books_check, name="agent_books_check"),
    path("agent/regie/journal/", books.agent_books_journal, name="agent_books_journal"),
    path(
        "agent/familles/<int:household_id>/encaisser/", counter.agent_counter_open, name="agent_counter_open"
    ),
    path(
        "agent/familles/<int:household_id>/encaisser/<slug:code>/",
        counter.agent_counter,
        name="agent_counter",
    ),
    path("agent/regie/quittances/<int:pk>/", counter.agent_quittance, name="agent_quittance"),
    path("agent/regie/quittances/<int:pk>.pdf", counter.agent_quittance_pdf, name="agent_quittance_pdf"),
    path(
        "agent/regie/quittances/<int:pk>/annuler/", counter.agent_quittance_undo, name="agent_quittance_undo"
    ),
    path(
        "agent/regie/reglements/<int:pk>/impaye/",
        counter.agent_quittance_unpaid,
        name="agent_quittance_unpaid",
    ),
    path("agent/regie/versements/", deposits.agent_deposits, name="agent_deposits"),
    path(
        "agent/regie/<slug:code>/versements/<slug:means>/",
        deposits.agent_deposit_new,
        name="agent_deposit_new",
    ),
    path("agent/regie/versements/<int:pk>/", deposits.agent_deposit, name="agent_deposit"),
    path("agent/regie/versements/<int:pk>.pdf", deposits.agent_deposit_pdf, name="agent_deposit_pdf"),
    path(
        "agent/regie/versements/<int:pk>/annuler/", deposits.agent_deposit_cancel, name="agent_deposit_cancel"
    ),
    path("agent/regie/arretes/", closings.agent_closings, name="agent_closings"),
    path("agent/regie/arretes/<int:pk>.pdf", closings.agent_closing_pdf, name="agent_closing_pdf"),
    path("agent/regie/<slug:code>/arreter/", closings.agent_closing_new, name="agent_closing_new"),
    path("agent/regie/<slug:code>/arreter/mois/", closings.agent_closing_month, name="agent_closing_month"),
    path("agent/regie/rapprochement/", reconciliation.agent_books_statements, name="agent_books_statements"),
    path(
        "agent/regie/rapprochement/<int:pk>/",
        reconciliation.agent_books_statement,
        name="agent_books_statement",
    ),
    path(
        "agent/regie/rapprochement/<int:pk>/solder/",
        reconciliation.agent_books_statement_settle,
        name="agent_books_statement_settle",
    ),
    path("agent/regie/tresor/", treasury.agent_books_treasury, name="agent_books_treasury"),
    path(
        "agent/regie/tresor/<int:pk>/",
        treasury.agent_books_treasury_handover,
        name="agent_books_treasury_handover",
    ),
    path(
        "agent/regie/tresor/<int:pk>/avis/",
        treasury.agent_books_treasury_titles,
        name="agent_books_treasury_titles",
    ),
    path(
        "agent/regie/tresor/<int:pk>/fichier/<slug:export>/",
        treasury.agent_books_treasury_file,
        name="agent_books_treasury_file",
    ),
    path(
        "agent/regie/tresor/factures/<int:pk>/reprendre/",
        treasury.agent_books_treasury_back,
        name="agent_books_treasury_back",
    ),
    path(
        "agent/regie/<slug:code>/tresor/", treasury.agent_books_treasury_new, name="agent_books_treasury_new"
    ),
    path(
        "agent/regie/<slug:code>/tresor/codes/",
        treasury.agent_books_treasury_codes,
        name="agent_books_treasury_codes",
    ),
]
