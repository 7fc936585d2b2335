"""The forms in which a handover goes to the Trésor."""

from billing.exports.pes import pes_ormc
from billing.exports.treasury import TreasuryExport, pivot_csv, pivot_json

EXPORTS = {
    export.code: export
    for export in (
        TreasuryExport(
            code="csv",
            label="Fichier pivot (CSV)",
            extension="csv",
            content_type="text/csv; charset=utf-8",
            proven=True,
            needs_issuer=False,
            render=pivot_csv,
        ),
        TreasuryExport(
            code="json",
            label="Fichier pivot (JSON)",
            extension="json",
            content_type="application/json",
            proven=True,
            needs_issuer=False,
            render=pivot_json,
        ),
        TreasuryExport(
            code="pes",
            label="PES ORMC (XML)",
            extension="xml",
            content_type="application/xml; charset=ISO-8859-1",
            proven=False,
            needs_issuer=True,
            render=pes_ormc,
        ),
    )
}
