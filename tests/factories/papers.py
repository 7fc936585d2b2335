"""What towns ask of a family's file, and files that families send."""

from datetime import date, datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from booking.models import Period
from core.enums import DocumentState, FileSubject, RegulationKind
from core.models import Child, DocumentKind, FamilyDocument, Regulation, RegulationVersion, User
from core.services.documents import hand_in_document
from tests.factories.people import an_agent
from tests.factories.world import Family

PDF = b"%PDF-1.7 attestation"


def a_picture(*, size: tuple[int, int] = (90, 120), kind: str = "JPEG") -> bytes:
    """As a phone takes it: lying on its side, with where it was taken."""
    content = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter
    exif[0x010E] = "Chez Odile, 12 rue des Genêts"
    Image.new("RGB", size, "olive").save(content, kind, exif=exif)
    return content.getvalue()


def a_kind(*, code: str = "assurance", name: str = "Assurance scolaire", **values: object) -> DocumentKind:
    return DocumentKind.objects.create(code=code, name=name, **values)


def a_regulation(
    *,
    code: str = "reglement",
    name: str = "Règlement de la cantine",
    text: str = "Les repas se réservent le dimanche.",
    published_on: date = date(2020, 9, 1),
    subject: FileSubject = FileSubject.HOUSEHOLD,
    kind: RegulationKind = RegulationKind.RULES,
) -> RegulationVersion:
    regulation, _ = Regulation.objects.get_or_create(
        code=code, defaults={"name": name, "subject": subject, "kind": kind}
    )
    return RegulationVersion.objects.create(
        regulation=regulation,
        number=regulation.versions.count() + 1,
        text=text,
        published_on=published_on,
    )


def asks(period: Period, **conditions: object) -> None:
    """What the period asks of the file, as a town file writes it: documents=[…], consents=[…]."""
    period.file_conditions = conditions
    period.save(update_fields=["file_conditions"])


def a_paper(name: str = "attestation.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def sent(
    kind: DocumentKind,
    family: Family,
    *,
    now: datetime,
    child: Child | None = None,
    name: str = "attestation.pdf",
    content: bytes = PDF,
) -> FamilyDocument:
    """What the family handed in, one page, for its child when the kind is about children."""
    return hand_in_document(
        kind=kind,
        household=family.household,
        child=(child or family.child) if kind.is_about_child else None,
        files=[a_paper(name, content)],
        by=family.user,
        now=now,
    )


def accepted(
    kind: DocumentKind,
    family: Family,
    *,
    now: datetime,
    valid_until: date | None = None,
    by: User | None = None,
) -> FamilyDocument:
    """Accepted without its rules being looked at: for a paper that is out of date, above all."""
    return FamilyDocument.objects.create(
        kind=kind,
        household=family.household,
        child=family.child if kind.is_about_child else None,
        sent_at=now,
        sent_by=family.user,
        state=DocumentState.ACCEPTED,
        valid_until=valid_until,
        decided_at=now,
        decided_by=by or an_agent(),
    )
