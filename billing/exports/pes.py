"""PES ORMC: the Trésor's own file of individual debts (protocole d'échange standard, recettes).

**Not proven**: written from a description of the format, never checked with the official schema nor sent to a
correspondent. The two control keys of a piece (Cle1, Cle2) are left out: their rule is not known to us.
"""

from lxml import etree

from billing.exports.treasury import Debt, Issuer, TreasuryFile

NAMESPACE = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"
# Longest text of each element that we fill with free text.
LENGTHS = {"Objet": 160, "ObjPce": 160, "Nom": 38, "Prenom": 38, "Adr2": 38, "CP": 5, "Ville": 38}


class NoIssuerError(ValueError):
    """The town's codes at the Trésor are not known."""


def pes_ormc(file: TreasuryFile) -> bytes:
    """One piece a payer. Raises NoIssuerError."""
    issuer = file.issuer
    if issuer is None:
        raise NoIssuerError
    root = etree.Element(f"{{{NAMESPACE}}}PES_Aller", nsmap={"n": NAMESPACE})
    name = f"PESORMC_{issuer.siret}_{file.year}{file.number:05d}"
    envelope = etree.SubElement(root, "Enveloppe")
    _values(etree.SubElement(envelope, "Parametres"), Version="2", TypFic="PESORMC", NomFic=name)
    etree.SubElement(envelope, "Emetteur")
    head = etree.SubElement(root, "EnTetePES")
    _values(
        head,
        DteStr=file.on.isoformat(),
        IdPost=issuer.post,
        IdColl=issuer.siret,
        CodCol=issuer.town_code,
        CodBud=issuer.budget_code,
    )
    slip = etree.SubElement(etree.SubElement(root, "PES_RecetteAller"), "Bordereau")
    total = sum(debt.left for debt in file.debts)
    _values(
        etree.SubElement(slip, "BlocBordereau"),
        Exer=str(file.year),
        IdBord=str(file.number),
        TypBord="06",
        NbrPce=str(len(file.debts)),
        MtBordHt=f"{total:.2f}",
        Objet=f"Impayés {file.regie}",
    )
    for rank, debt in enumerate(file.debts, start=1):
        _piece(etree.SubElement(slip, "Piece"), debt, issuer, file, rank)
    return etree.tostring(root, xml_declaration=True, encoding="ISO-8859-1", pretty_print=True)


def _piece(piece: etree._Element, debt: Debt, issuer: Issuer, file: TreasuryFile, rank: int) -> None:
    numbers = ", ".join(invoice.reference for invoice in debt.invoices)
    _values(
        etree.SubElement(piece, "BlocPiece"),
        IdPce=str(rank),
        TypPce="15",
        NatPce="01",
        ObjPce=f"Factures {numbers}",
        NumDette=f"{file.year}{file.number:05d}{rank:05d}",
        Per=str(file.on.month),
    )
    line = etree.SubElement(piece, "LigneDePiece")
    block = etree.SubElement(line, "BlocLignePiece")
    _values(block, CodProdLoc=issuer.product_code, MtHT=f"{debt.left:.2f}")
    who = debt.debtor
    third = etree.SubElement(line, "Tiers")
    _values(etree.SubElement(third, "InfoTiers"), Nom=who.last_name, Prenom=who.first_name)
    _values(etree.SubElement(third, "Adresse"), Adr2=who.address, CP=who.postcode, Ville=who.city)


def _values(parent: etree._Element, **values: str) -> None:
    """Each value is an element of its own, in the attribute V."""
    for name, value in values.items():
        etree.SubElement(parent, name).set("V", value[: LENGTHS.get(name, len(value))])
