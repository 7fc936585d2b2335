"""The one source of each charge that booking posts: the same fact can never be charged twice."""

LINE = "booking.line:"
ATTENDANCE = "booking.attendance:"
OUTING = "booking.outing:"


def charge_source(line_id: int) -> str:
    """The charge of a booked line."""
    return f"{LINE}{line_id}"


def attendance_source(act_id: int) -> str:
    """What an act of attendance makes owed."""
    return f"{ATTENDANCE}{act_id}"


def outing_prefix(opening_id: int) -> str:
    """How the sources of all the parts of one outing's cost begin."""
    return f"{OUTING}{opening_id}:"


def outing_source(opening_id: int, child_id: int) -> str:
    """A child's part of what an outing cost."""
    return f"{outing_prefix(opening_id)}{child_id}"


def number_in(source: str) -> int:
    """The line or the act of a source, or of what corrects it."""
    return int(source.split(":")[1])
