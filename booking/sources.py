"""The one source of each charge that booking posts: the same fact can never be charged twice."""


def charge_source(line_id: int) -> str:
    """The charge of a booked line."""
    return f"booking.line:{line_id}"


def attendance_source(act_id: int) -> str:
    """What an act of attendance makes owed."""
    return f"booking.attendance:{act_id}"
