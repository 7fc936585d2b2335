from django.apps import AppConfig
from django.urls import reverse


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Facturation"

    def ready(self) -> None:
        from billing import merging, models, privacy
        from billing.pricing import told  # noqa: F401  declares the sentences that explain prices
        from billing.purposes import register
        from billing.queries.abouts import invoice_about
        from billing.queries.audiences import Debtors
        from billing.queries.reach import places_of_regies
        from billing.services.counter import COUNTER_PURPOSE, CounterPurpose
        from billing.services.import_balances import BalanceImport
        from billing.services.import_quotients import QuotientImport
        from billing.services.invoice_payments import INVOICE_PURPOSE, InvoicePurpose
        from core import abouts, audiences, journal_pages, scope_places
        from core.imports.base import register as register_import
        from core.rights import ScopeKind

        merging.register()
        privacy.register()
        abouts.register("facture", invoice_about)
        audiences.register(Debtors())
        register(INVOICE_PURPOSE, InvoicePurpose())
        register(COUNTER_PURPOSE, CounterPurpose())
        scope_places.register(ScopeKind.REGIE, places_of_regies)
        register_import(QuotientImport())
        register_import(BalanceImport())
        for model, page in (
            (models.Campaign, "agent_campaign"),
            (models.Tariff, "agent_tariff"),
            (models.Mandate, "agent_debit_mandate"),
            (models.DebitBatch, "agent_debit_batch"),
            (models.DepositSlip, "agent_deposit"),
            (models.Handover, "agent_books_treasury_handover"),
        ):
            journal_pages.register(model, journal_pages.at(page))
        journal_pages.register(models.Regie, lambda regie: reverse("agent_provider", args=[regie.code]))
        journal_pages.register(
            models.Invoice, lambda invoice: reverse("agent_family", args=[invoice.household_id])
        )
