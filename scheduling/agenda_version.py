"""Whether what stands on a screen is still so: a number over the shown rows that changes whenever one of them does.

PostgreSQL gives each row version the number of the transaction that wrote it (xmin), so no column and no trigger is
needed. The page works the number out from the rows that it shows, the poll in one small query (agenda_rows).
"""

from collections.abc import Iterable
from functools import reduce
from operator import xor

from django.db.models.expressions import RawSQL

VISIT_MARK = RawSQL("hashtextextended(scheduling_appointment.id::text, scheduling_appointment.xmin::text::bigint)", [])


def version_of(visit_marks: Iterable[int], leave_marks: Iterable[int]) -> str:
    """Return the version of rows that were read with their marks."""
    visits, leave = list(visit_marks), list(leave_marks)
    return version_in_words(len(visits), reduce(xor, visits, 0), len(leave), reduce(xor, leave, 0))


def version_in_words(visits: int, visit_marks: int, leave: int, leave_marks: int) -> str:
    """Return the version from how many rows there are and what their marks come to (exclusive or)."""
    return f"{visits}.{visit_marks}.{leave}.{leave_marks}"
