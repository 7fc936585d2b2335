from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Facturation"

    def ready(self) -> None:
        from billing import merging, privacy
        from billing.pricing import told  # noqa: F401  declares the sentences that explain prices
        from billing.purposes import register
        from billing.queries.abouts import invoice_about
        from billing.queries.audiences import Debtors
        from billing.queries.reach import places_of_regies
        from billing.services.counter import COUNTER_PURPOSE, CounterPurpose
        from billing.services.import_balances import BalanceImport
        from billing.services.import_quotients import QuotientImport
        from billing.services.invoice_payments import INVOICE_PURPOSE, InvoicePurpose
        from core import abouts, audiences, scope_places
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
