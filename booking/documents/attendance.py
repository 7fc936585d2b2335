from billing.documents.lines import letterhead
from billing.documents.render import render_pdf
from booking.enums import Mark
from booking.queries.attendance import Row, Sheet
from core.words import long_date, plural


def attendance_pdf(sheet: Sheet) -> bytes:
    """The sheet on A4: what is marked already, who may fetch each child, and blank boxes for a pen."""
    opening = sheet.opening
    activity = opening.slot.period.activity
    data = letterhead() | {
        "title": f"{opening.slot.label} – {long_date(opening.date)}",
        "place": f"{activity.establishment} / {activity} – {opening.slot.hours}",
        "expected": plural(len(sheet.expected), "enfant attendu", "enfants attendus"),
        "notes": [change.reason for change in sheet.changes],
        "groups": [
            {"name": name or "Sans classe", "rows": [_row(row) for row in rows]}
            for name, rows in sheet.groups
        ],
    }
    return render_pdf("attendance", data)


def _row(row: Row) -> dict[str, str | bool | list[str]]:
    act = row.act
    return {
        "name": f"{row.child.last_name} {row.child.first_name}",
        "note": "" if row.expected else "sans réservation",
        "care": " – ".join(filter(None, [row.diet, str(row.alert)])),
        "pickups": [" – ".join(filter(None, [one.name, one.link, one.phone])) for one in row.pickups],
        "present": row.mark == Mark.PRESENT,
        "absent": row.mark == Mark.ABSENT,
        "arrived": f"{act.arrived:%H:%M}" if act and act.arrived else "",
        "left": f"{act.left:%H:%M}" if act and act.left else "",
    }
