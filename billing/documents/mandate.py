from billing.documents.lines import letterhead
from billing.documents.render import render_pdf
from billing.models import Mandate
from core.languages import in_french
from core.words import moment
from tenants.context import town_timezone


@in_french()
def mandate_pdf(mandate: Mandate) -> bytes:
    """A signed mandate: the words that were signed, the proof, what happened since. It holds the whole IBAN."""
    tz = town_timezone()
    assert mandate.signed_at is not None  # only signed mandates have a document
    data = letterhead() | {
        "title": f"Mandat de prélèvement {mandate.rum}",
        "regie": mandate.regie.name,
        "household": mandate.household.number,
        "text": mandate.text.split("\n\n")[1:],  # its first line is the title
        "facts": [
            ["IBAN", mandate.full_iban],
            *([["BIC", mandate.bic]] if mandate.bic else []),
            ["Signé par", mandate.signer_name],
            ["Le", moment(mandate.signed_at.astimezone(tz))],
            ["État", mandate.get_state_display()],
        ],
        "events": [
            [f"{event.at.astimezone(tz):%d/%m/%Y %H:%M}", event.get_act_display(), event.note]
            for event in mandate.events.exclude(act="read")
        ],
        "digest": mandate.digest,
    }
    return render_pdf("mandate", data)
