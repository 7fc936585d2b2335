"""The one source of each charge that booking posts: the same fact can never be charged twice."""

LINE = "booking.line:"
ATTENDANCE = "booking.attendance:"


def charge_source(line_id: int) -> str:
    """The charge of a booked line."""
    return f"{LINE}{line_id}"


def attendance_source(act_id: int) -> str:
    """What an act of attendance makes owed."""
    return f"{ATTENDANCE}{act_id}"


def number_in(source: str) -> int:
    """The line or the act of a source, or of what corrects it."""
    return int(source.split(":")[1])
