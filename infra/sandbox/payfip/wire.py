"""The web service's wire format, as lax in reading as the real server and as exact in writing.

Written apart from the portal's own client on purpose: two readings of one contract check each other.
"""

from pathlib import Path

from lxml import etree

from infra.sandbox.payfip.faults import Fault

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = (
    "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/"
    "contrat_paiement_securise/PaiementSecuriseService"
)
FAULT_CLASS = "fr.gouv.finances.cp.tpa.webservice.exceptions."
CONTRACT = Path(__file__).parent / "contract"


def read_call(body: bytes) -> tuple[str, dict[str, str]]:
    """The operation and the fields of a call. Raises Fault when it is no SOAP call at all.

    A field of another name is no error: it is simply not there for the service (``idop`` is not ``idOp``).
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Fault("", kind="TechProtocolaireErreur", words="Requête illisible.") from error
    body_element = envelope.find(f"{{{ENVELOPE}}}Body")
    call = next(body_element.iterchildren(etree.Element), None) if body_element is not None else None
    if call is None or etree.QName(call).namespace != SERVICE:
        raise Fault("", kind="TechProtocolaireErreur", words="Opération inconnue.")
    argument = call.find("arg0")
    children = argument.iterchildren(etree.Element) if argument is not None else ()
    return etree.QName(call).localname, {str(child.tag): child.text or "" for child in children}


def write_reply(operation: str, fields: dict[str, str]) -> bytes:
    body = _body()
    reply = etree.SubElement(body, etree.QName(SERVICE, f"{operation}Response"), nsmap={"ns2": SERVICE})
    result = etree.SubElement(reply, "return")
    for name in sorted(fields, key=str.lower):
        etree.SubElement(result, name).text = fields[name]
    return _serialise(body)


def write_fault(fault: Fault) -> bytes:
    body = _body()
    element = etree.SubElement(body, etree.QName(ENVELOPE, "Fault"))
    etree.SubElement(element, "faultcode").text = "S:Server"
    etree.SubElement(element, "faultstring").text = FAULT_CLASS + fault.kind
    detail = etree.SubElement(element, "detail")
    error = etree.SubElement(detail, etree.QName(SERVICE, fault.kind), nsmap={"ns2": SERVICE})
    etree.SubElement(error, "code").text = fault.code
    etree.SubElement(error, "descriptif")
    etree.SubElement(error, "libelle").text = fault.words
    etree.SubElement(error, "severite").text = "2"
    return _serialise(body)


def read_contract(name: str, *, service_url: str) -> bytes | None:
    """A file of the contract with its addresses rewritten to ``service_url``; None when there is no such file."""
    files = {path.name: path for path in CONTRACT.iterdir()}
    if name not in files:
        return None
    document = etree.parse(files[name])
    for element in document.iter("{http://www.w3.org/2001/XMLSchema}import"):
        element.set("schemaLocation", f"{service_url}?xsd={element.get('schemaLocation')}")
    for element in document.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address"):
        element.set("location", service_url)
    return etree.tostring(document, encoding="UTF-8", xml_declaration=True)


def _body() -> etree._Element:
    envelope = etree.Element(etree.QName(ENVELOPE, "Envelope"), nsmap={"S": ENVELOPE})
    return etree.SubElement(envelope, etree.QName(ENVELOPE, "Body"))


def _serialise(body: etree._Element) -> bytes:
    return etree.tostring(body.getroottree(), encoding="UTF-8", xml_declaration=True)
