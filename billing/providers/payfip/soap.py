"""PayFiP's SOAP 1.1 wire format (document/literal): one call, values in, values out.

Each call has its own connection and its own timeout: nothing that changes is shared between threads.
"""

import ssl
from collections.abc import Mapping
from functools import cache

import httpx
from lxml import etree

from billing.providers.base import ProviderError

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = (
    "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/"
    "contrat_paiement_securise/PaiementSecuriseService"
)
CONNECT_SECONDS = 5.0


def call(url: str, operation: str, arguments: Mapping[str, str], *, timeout_seconds: float) -> dict[str, str]:
    """Call one operation and return the fields of its reply.

    Raises ProviderError: permanent with PayFiP's own code when PayFiP decided, not permanent when
    nothing can be known (network, time-out, technical fault, unreadable reply).
    """
    timeout = httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds))
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
    try:
        response = httpx.post(
            url, content=build_request(operation, arguments), headers=headers, timeout=timeout, verify=_tls()
        )
    except httpx.TimeoutException as error:
        raise ProviderError(
            "PayFiP n’a pas répondu à temps.", code=type(error).__name__, permanent=False
        ) from error
    except httpx.HTTPError as error:
        raise ProviderError(
            f"PayFiP est injoignable : {error}", code=type(error).__name__, permanent=False
        ) from error
    return read_reply(operation, response.status_code, response.content)


def build_request(operation: str, arguments: Mapping[str, str]) -> bytes:
    """The envelope of a call. PayFiP's sequences are alphabetical and its children unqualified."""
    envelope = etree.Element(etree.QName(ENVELOPE, "Envelope"), nsmap={"soap": ENVELOPE, "pay": SERVICE})
    body = etree.SubElement(envelope, etree.QName(ENVELOPE, "Body"))
    argument = etree.SubElement(etree.SubElement(body, etree.QName(SERVICE, operation)), "arg0")
    for name in sorted(arguments):
        etree.SubElement(argument, name).text = arguments[name]
    return etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)


def read_reply(operation: str, status: int, body: bytes) -> dict[str, str]:
    """The fields of a reply. Raises ProviderError, see ``call``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(status) from error
    fault = envelope.find(f"{{{ENVELOPE}}}Body/{{{ENVELOPE}}}Fault")
    if fault is not None:
        raise _fault_error(fault)
    result = envelope.find(f"{{{ENVELOPE}}}Body/{{{SERVICE}}}{operation}Response/return")
    if result is None or status != httpx.codes.OK:
        raise _unreadable(status)
    return _fields(result)


@cache
def _tls() -> ssl.SSLContext:
    """The usual verification; reading the list of authorities takes longer than a call, so it is read once."""
    return httpx.create_ssl_context()


def _fault_error(fault: etree._Element) -> ProviderError:
    detail = fault.find("detail")
    reason = next(detail.iterchildren(etree.Element), None) if detail is not None else None
    fields = _fields(reason) if reason is not None else {}
    kind = etree.QName(reason).localname if reason is not None else (fault.findtext("faultstring") or "")
    # PayFiP often leaves « descriptif » empty and explains itself in « libelle ».
    words = fields.get("descriptif") or fields.get("libelle") or fields.get("message")
    code = fields.get("code")
    if kind == "FonctionnelleErreur" and code:
        return ProviderError(words or "PayFiP refuse sans explication.", code=code, permanent=True)
    return ProviderError(words or "Incident technique chez PayFiP.", code=code or kind, permanent=False)


def _fields(element: etree._Element) -> dict[str, str]:
    return {
        etree.QName(child).localname: (child.text or "").strip()
        for child in element.iterchildren(etree.Element)
    }


def _unreadable(status: int) -> ProviderError:
    return ProviderError(
        f"PayFiP a donné une réponse illisible (HTTP {status}).", code=f"HTTP {status}", permanent=False
    )
