from billing.models.books import Closing, JournalEntry
from billing.models.campaigns import Anomaly, Campaign, Draft, DraftLine
from billing.models.charges import Charge
from billing.models.child_facts import ChildFacts
from billing.models.debits import Debit, DebitBatch, DebitDownload, DebitReject
from billing.models.deposits import CashCount, DepositItem, DepositSlip, Tender
from billing.models.documents import Allocation, DocumentSequence, Invoice, InvoiceLine, InvoicePayment
from billing.models.mandates import DebitAccount, Mandate, MandateEvent
from billing.models.payments import Payment, PaymentEvent
from billing.models.quittances import Quittance
from billing.models.quotients import FundConsent, Quotient, QuotientDeclaration, QuotientSettings
from billing.models.reconciliation import ProviderStatement, SettledDifference, StatementLine
from billing.models.refunds import CLAIM_SOURCE, Refund
from billing.models.regies import ProviderAccount, Regie
from billing.models.reminders import Reminder
from billing.models.tariffs import Tariff, TariffVersion
from billing.models.treasury import Handover, HandoverItem, TreasuryCodes

__all__ = [
    "CLAIM_SOURCE",
    "Allocation",
    "Anomaly",
    "Campaign",
    "CashCount",
    "Charge",
    "ChildFacts",
    "Closing",
    "Debit",
    "DebitAccount",
    "DebitBatch",
    "DebitDownload",
    "DebitReject",
    "DepositItem",
    "DepositSlip",
    "DocumentSequence",
    "Draft",
    "DraftLine",
    "FundConsent",
    "Handover",
    "HandoverItem",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "JournalEntry",
    "Mandate",
    "MandateEvent",
    "Payment",
    "PaymentEvent",
    "ProviderAccount",
    "ProviderStatement",
    "Quittance",
    "Quotient",
    "QuotientDeclaration",
    "QuotientSettings",
    "Refund",
    "Regie",
    "Reminder",
    "SettledDifference",
    "StatementLine",
    "Tariff",
    "TariffVersion",
    "Tender",
    "TreasuryCodes",
]
