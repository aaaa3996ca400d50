"""Whether what stands on a screen is still so: a number over the shown rows that changes whenever one of them does.

PostgreSQL gives each row version the number of the transaction that wrote it (xmin), so no column and no trigger is
needed. The page works the number out from the rows that it shows, the poll in two small queries.
"""

from collections.abc import Iterable
from functools import reduce
from operator import xor

from django.db.models import BitXor, Count, Q
from django.db.models.expressions import RawSQL

from accounts.models import Practitioner
from scheduling.agenda_closures import LEAVE_MARK
from scheduling.free_time import Stretch
from scheduling.models import Leave
from scheduling.querysets import AppointmentQuerySet

VISIT_MARK = RawSQL("hashtextextended(scheduling_appointment.id::text, scheduling_appointment.xmin::text::bigint)", [])


def version_of(visit_marks: Iterable[int], leave_marks: Iterable[int]) -> str:
    """Return the version of rows that were read with their marks."""
    visits, leave = list(visit_marks), list(leave_marks)
    return f"{len(visits)}.{reduce(xor, visits, 0)}.{len(leave)}.{reduce(xor, leave, 0)}"


def current_version(booked: AppointmentQuerySet, span: Stretch) -> str:
    """Return the version as it is now, of these visits and the leave in a span. Two queries."""
    visits = booked.order_by().aggregate(count=Count("pk"), mark=BitXor(VISIT_MARK))
    start, end = span
    works_here = Q(practitioner__isnull=True) | Q(practitioner__in=Practitioner.objects.filter(is_active=True))
    leave = Leave.objects.filter(works_here, starts_at__lt=end, ends_at__gt=start).order_by()
    away = leave.aggregate(count=Count("pk"), mark=BitXor(LEAVE_MARK))
    return f"{visits['count']}.{visits['mark'] or 0}.{away['count']}.{away['mark'] or 0}"
