"""Issued documents: frozen copies with gapless numbers. The database refuses to change or delete them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from billing.enums import DocumentKind
from billing.models.charges import Charge
from billing.models.payments import Payment
from billing.models.regies import Regie
from core.models import Household
from core.words import ltr


class DocumentSequence(models.Model):
    """The last number given. Its row is locked while a number is taken, so there is never a hole or a double."""

    regie = models.ForeignKey(Regie, models.PROTECT, verbose_name="régie")
    kind = models.CharField("document", max_length=8, choices=DocumentKind)
    year = models.IntegerField("exercice")
    last = models.IntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "numérotation"
        constraints = [
            models.UniqueConstraint(fields=["regie", "kind", "year"], name="documentsequence_unique")
        ]

    def __str__(self) -> str:
        return f"{self.regie} {self.kind} {self.year}"


class Invoice(models.Model):
    """Facture, or avoir: a document whose total is negative, with numbers of its own. Its amount is then credit.

    ``published_on``: the family sees it from that day (null: at once). ``due_on``: null for what was paid before.
    """

    kind = models.CharField(
        "document",
        max_length=8,
        choices=[(kind.value, kind.label) for kind in (DocumentKind.INVOICE, DocumentKind.CREDIT)],
        default=DocumentKind.INVOICE,
    )
    regie = models.ForeignKey(Regie, models.PROTECT, related_name="invoices", verbose_name="régie")
    household = models.ForeignKey(Household, models.PROTECT, related_name="invoices", verbose_name="dossier")
    year = models.IntegerField("exercice")
    number = models.IntegerField("numéro")
    issued_on = models.DateField("date")
    issued_at = models.DateTimeField("émise le")
    published_on = models.DateField("visible le", null=True, blank=True)
    due_on = models.DateField("à payer avant le", null=True, blank=True)
    # Frozen copies: the invoice says for ever what it said on the day.
    regie_name = models.CharField("régie", max_length=120)
    issuer = models.TextField("émetteur")
    recipient = models.TextField("destinataire")
    legal_mention = models.TextField("mentions légales", blank=True)
    note = models.TextField("à savoir", blank=True)
    total = models.DecimalField("total", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "facture"
        ordering = ["-issued_on", "-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["regie", "kind", "year", "number"], name="invoice_number_unique"),
            models.CheckConstraint(
                name="invoice_kind_has_sign",
                condition=Q(kind=DocumentKind.INVOICE, total__gte=0)
                | Q(kind=DocumentKind.CREDIT, total__lt=0),
            ),
            models.CheckConstraint(name="invoice_number_positive", condition=Q(number__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} n° {self.reference}"

    @property
    def name(self) -> str:
        """What a family reads of it, in its language; ``str()`` is French, and may be kept."""
        said = (
            gettext("Avoir n° %(reference)s") if self.is_credit_note else gettext("Facture n° %(reference)s")
        )
        return said % {"reference": ltr(self.reference)}

    @property
    def reference(self) -> str:
        return f"{self.year}-{self.number:05d}"

    @property
    def is_credit_note(self) -> bool:
        return self.kind == DocumentKind.CREDIT


class InvoiceLine(models.Model):
    """``charge`` is the charge that this line carries: a charge is invoiced once."""

    # The unique constraint begins with the invoice.
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="lines", db_index=False, verbose_name="facture"
    )
    charge = models.OneToOneField(
        Charge, models.PROTECT, related_name="invoice_line", verbose_name="ligne à facturer"
    )
    position = models.IntegerField("ordre")
    service_date = models.DateField("date")
    group_label = models.CharField("service", max_length=250)
    label = models.CharField("désignation", max_length=120)
    quantity = models.DecimalField("quantité", max_digits=8, decimal_places=2)
    unit_price = models.DecimalField("prix", max_digits=10, decimal_places=2)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "ligne de facture"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoiceline_position_unique")
        ]

    def __str__(self) -> str:
        return self.label


class InvoicePayment(models.Model):
    """An invoice that an attempt is meant to pay, and how much of it: all that was left, or a part."""

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="invoice_items", verbose_name="paiement"
    )
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payment_items", verbose_name="facture")
    amount = models.DecimalField("à payer", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "facture à payer"
        ordering = ["invoice__issued_on", "invoice_id"]
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="invoicepayment_unique"),
            models.CheckConstraint(name="invoicepayment_amount_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.payment} : {self.invoice}"


class Allocation(models.Model):
    """Ventilation: which part of a payment, or of an avoir, pays which invoice. A correction is a new, negative row."""

    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="allocations", verbose_name="paiement"
    )
    credit_note = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="uses", verbose_name="avoir"
    )
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations", verbose_name="facture")
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    created_at = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "ventilation"
        constraints = [
            models.CheckConstraint(name="allocation_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="allocation_one_origin",
                condition=Q(payment__isnull=False, credit_note__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment or self.credit_note} → {self.invoice}"
