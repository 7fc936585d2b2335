"""The bank's files: what is written is valid against the ISO schemas, what comes back is read."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sepaxml
from lxml import etree

from billing.debits.pain008 import Collection, Creditor, Remittance, Schema, sepa_text, write_pain008
from billing.debits.returns import UnreadableReturnError, read_returns

SCHEMAS = Path(sepaxml.__file__).parent / "schemas"
CREDITOR = Creditor(
    name="Régie Cantine – Bellegarde", ics="FR72ZZZ123456", iban="FR7630006000011234567890189"
)


def a_collection(number: int, **changes: object) -> Collection:
    values: dict[str, object] = {
        "reference": f"CANT261118E{number:05d}",
        "amount": Decimal("26.40"),
        "sequence": "RCUR",
        "rum": f"CANT261118M{number:05d}",
        "signed_on": date(2026, 10, 1),
        "holder": "Zoé d’Œuvre & Fils",
        "iban": "FR7630001007941234567890185",
        "label": "Facture n° 2026-00001",
    }
    return Collection(**(values | changes))  # type: ignore[arg-type]


def written(*collections: Collection, schema: Schema = Schema.V8, creditor: Creditor = CREDITOR) -> bytes:
    return write_pain008(
        Remittance(
            schema=schema,
            creditor=creditor,
            message_id="CANT261118ABCDEFGHJK",
            created_at=datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Paris")),
            collect_on=date(2026, 12, 7),
            collections=collections,
        )
    )


def assert_valid(content: bytes, schema: Schema) -> None:
    rules = etree.XMLSchema(etree.parse(SCHEMAS / f"{schema}.xsd"))
    rules.assertValid(etree.fromstring(content))


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize("bic", ["", "TRPUFRP1XXX"])
def test_the_file_is_valid_against_the_iso_schema(schema, bic):
    creditor = Creditor(name="Régie", ics="FR72ZZZ123456", iban=CREDITOR.iban, bic=bic)
    content = written(
        a_collection(1, sequence="FRST", bic=bic),
        a_collection(2),
        a_collection(3, sequence="FRST", account_changed=True),
        schema=schema,
        creditor=creditor,
    )

    assert_valid(content, schema)


def test_each_sequence_type_has_its_group_and_its_sums():
    root = etree.fromstring(
        written(a_collection(1, sequence="FRST"), a_collection(2), a_collection(3, amount=Decimal("3.3")))
    )

    groups = [
        (group.findtext(".//{*}SeqTp"), group.findtext("{*}NbOfTxs"), group.findtext("{*}CtrlSum"))
        for group in root.iterfind(".//{*}PmtInf")
    ]
    assert groups == [("FRST", "1", "26.40"), ("RCUR", "2", "29.70")]
    assert root.findtext(".//{*}GrpHdr/{*}CtrlSum") == "56.10"
    assert {node.text for node in root.iterfind(".//{*}ReqdColltnDt")} == {"2026-12-07"}


def test_a_changed_account_is_told_to_the_bank():
    root = etree.fromstring(written(a_collection(1, account_changed=True), a_collection(2)))

    told = [
        node.findtext(".//{*}AmdmntInfDtls//{*}Othr/{*}Id") for node in root.iterfind(".//{*}MndtRltdInf")
    ]
    assert told == ["SMNDA", None]


def test_the_same_batch_gives_the_same_file():
    assert written(a_collection(1), a_collection(2)) == written(a_collection(2), a_collection(1))


def test_names_use_the_only_characters_that_banks_take():
    assert sepa_text("Zoé d’Œuvre & Fils – n° 3", 70) == "Zoe d'OEuvre et Fils - no 3"
    assert sepa_text("Noël " * 40, 12) == "Noel Noel No"


PAIN_002 = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-12-04T08:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>CANT261118ABCDEFGHJK</OrgnlMsgId><OrgnlMsgNmId>pain.008</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>
{lines}</CstmrPmtStsRpt></Document>"""
PAIN_002_LINE = """<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>{ref}</OrgnlEndToEndId>
<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>
<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">26.40</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts>"""
CAMT_054 = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><Ntfctn><Ntry>
<Amt Ccy="EUR">26.40</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-12-11</Dt></BookgDt><NtryDtls>
<TxDtls><Refs><EndToEndId>REF1</EndToEndId></Refs><Amt Ccy="EUR">26.40</Amt><RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf></TxDtls>
<TxDtls><Refs><EndToEndId>REF2</EndToEndId></Refs><Amt Ccy="EUR">9.00</Amt></TxDtls>
</NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"""


@pytest.mark.parametrize("version", ["03", "10"])
def test_rejects_before_the_debit_are_read(version):
    answer = read_returns(
        PAIN_002.format(
            version=version, group="", lines=PAIN_002_LINE.format(ref="REF1", code="AC04")
        ).encode()
    )

    (rejected,) = answer.returned
    assert (rejected.reference, rejected.code, rejected.amount) == ("REF1", "AC04", Decimal("26.40"))
    assert answer.refused_messages == []


def test_a_batch_refused_as_a_whole_is_named():
    answer = read_returns(PAIN_002.format(version="10", group="<GrpSts>RJCT</GrpSts>", lines="").encode())

    assert (answer.returned, answer.refused_messages) == ([], ["CANT261118ABCDEFGHJK"])


def test_returns_after_the_debit_are_read_and_other_movements_are_not():
    (returned,) = read_returns(CAMT_054.encode()).returned

    assert (returned.reference, returned.code, returned.on) == ("REF1", "MD06", date(2026, 12, 11))


@pytest.mark.parametrize(
    "content",
    [b"", b"bonjour", b"<a/>", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
)
def test_what_is_not_a_banks_answer_is_refused_with_a_sentence(content):
    with pytest.raises(UnreadableReturnError):
        read_returns(content)
