"""Telephone numbers as people type them in France, and as everybody reads them afterwards."""

import re

_FRENCH = re.compile(r"0[1-9]\d{8}")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")
_BETWEEN = re.compile(r"[\s.\-/()]")  # what people put between the digits; \s has the non-breaking spaces


def readable_phone(text: str) -> str | None:
    """« 06 12 34 56 78 », or « +32475123456 » for a number from elsewhere. None for what is no telephone number.

    « +33 6… » and « 0033 6… » are French numbers; overseas ones have ten digits as well.
    """
    digits = _BETWEEN.sub("", text.replace("(0)", ""))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("+33") and len(digits) == 12:
        digits = f"0{digits[3:]}"
    if _FRENCH.fullmatch(digits):
        return " ".join(digits[start : start + 2] for start in range(0, 10, 2))
    return digits if _INTERNATIONAL.fullmatch(digits) else None
