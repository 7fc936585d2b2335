from billing.models.charges import Charge
from billing.models.documents import Allocation, DocumentSequence, Invoice, InvoiceLine, InvoicePayment
from billing.models.payments import Payment, PaymentEvent
from billing.models.refunds import Refund
from billing.models.regies import ProviderAccount, Regie
from billing.models.tariffs import Tariff, TariffVersion

__all__ = [
    "Allocation",
    "Charge",
    "DocumentSequence",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "Payment",
    "PaymentEvent",
    "ProviderAccount",
    "Refund",
    "Regie",
    "Tariff",
    "TariffVersion",
]
