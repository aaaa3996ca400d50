"""Whole numbers that come in as text: a row's number, a revision, how many rows were sent."""

import re

_WHOLE = re.compile(r"[0-9]{1,9}")


def whole_number(text: str, otherwise: int) -> int:
    """Return the number that a text of at most nine digits is, else `otherwise`.

    Not `isdigit` and `int`: "²" is a digit that is no number, and Python refuses to read thousands of digits.
    """
    return int(text) if _WHOLE.fullmatch(text) else otherwise
