from billing.models.campaigns import Anomaly, Campaign, Draft, DraftLine
from billing.models.charges import Charge
from billing.models.child_facts import ChildFacts
from billing.models.documents import Allocation, DocumentSequence, Invoice, InvoiceLine, InvoicePayment
from billing.models.payments import Payment, PaymentEvent
from billing.models.quotients import FundConsent, Quotient, QuotientDeclaration, QuotientSettings
from billing.models.refunds import Refund
from billing.models.regies import ProviderAccount, Regie
from billing.models.reminders import Reminder
from billing.models.tariffs import Tariff, TariffVersion

__all__ = [
    "Allocation",
    "Anomaly",
    "Campaign",
    "Charge",
    "ChildFacts",
    "DocumentSequence",
    "Draft",
    "DraftLine",
    "FundConsent",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "Payment",
    "PaymentEvent",
    "ProviderAccount",
    "Quotient",
    "QuotientDeclaration",
    "QuotientSettings",
    "Refund",
    "Regie",
    "Reminder",
    "Tariff",
    "TariffVersion",
]
