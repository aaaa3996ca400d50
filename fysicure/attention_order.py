"""Which things need a therapist, counted, ordered and cut in the database: a page reads what it shows.

Each kind of thing is a query with the same columns. `rank` is how urgent (lower is more), `source` the kind, `key` the
row, `moment` the order within one patient and rank; `number` and `day` are what its sentence says.
"""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    Expression,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Collate, Greatest

from accounts.models import Practitioner, User
from pathways.models import FollowUp, PlanStanding, Task
from pathways.relapse import unanswered_check_ins
from pathways.standing import Ask
from patients.models import Encounter, Prescription
from patients.prescriptions import counts_as_session

SESSIONS_LEFT = 2
URGENCIES = {"EMERGENCY": 0, "URGENT": 1, "ROUTINE": 3, "SOON": 4}
UNBOOKED, ORDER_RUNS_OUT, NO_ANSWER = 7, 8, 9
TASK, PLAN, FOLLOW_UPS, ORDERS, CHECK_IN = "a-task", "b-plan", "c-follow-ups", "d-orders", "e-check-in"
_ASKS = ArrayField(SmallIntegerField())
_COLUMNS = ("rank", "source", "key", "whose", "family", "given", "moment", "day", "number")
_PAGE = """
SELECT page.* FROM (
    WITH ranked ({columns}) AS MATERIALIZED ({things})
    SELECT total.count, ARRAY({stale}), shown.*
    FROM (SELECT count(*) FROM ranked) total
    LEFT JOIN (
        SELECT * FROM ranked ORDER BY rank, family, given, source, moment, key LIMIT %s OFFSET %s
    ) shown ON true
) page
ORDER BY rank, family, given, source, moment, key
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that needs a therapist, before it is put in words."""

    rank: int
    source: str
    key: UUID
    patient_id: UUID
    family_name: str
    given_name: str
    moment: datetime.datetime | None
    day: datetime.date | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Things:
    """A stretch of the ordered list, how many there are in all, and the plans whose kept picture does not hold."""

    rows: tuple[Thing, ...]
    count: int
    stale: tuple[UUID, ...]


def things(
    user: User,
    practitioner: Practitioner | None,
    *,
    now: datetime.datetime,
    today: datetime.date,
    limit: int,
    skip: int,
) -> Things:
    """Return what needs a therapist from the `skip`th on, most urgent first; of the whole practice without one.

    One query. Where `stale` names plans, their pictures have to be worked out before the list can be believed.
    """
    found = (
        _tasks(user, practitioner)
        .union(
            _plans(user, practitioner),
            _follow_ups(user, practitioner, today),
            _orders(user, practitioner),
            _check_ins(user, practitioner, today),
            all=True,
        )
        .order_by()
    )
    stale = _standings(user, practitioner).with_freshness(now).filter(is_fresh=False).values("plan_id")
    (things_sql, things_given), (stale_sql, stale_given) = (rows.query.sql_with_params() for rows in (found, stale))
    statement = _PAGE.format(columns=", ".join(_COLUMNS), things=things_sql, stale=stale_sql)
    with connection.cursor() as cursor:
        cursor.execute(statement, (*things_given, *stale_given, limit, skip))
        rows = cursor.fetchall()
    return Things(
        rows=tuple(Thing(*row[2:]) for row in rows if row[2] is not None), count=rows[0][0], stale=tuple(rows[0][1])
    )


def of(practitioner: Practitioner | None, name: str = "practitioner") -> Q:
    """Return the condition for rows of one therapist, or of all."""
    return Q() if practitioner is None else Q(**{name: practitioner})


def _columns(
    rows: QuerySet[Any], rank: Any, source: str, key: str, patient: str, **facts: Expression | F
) -> QuerySet[Any]:
    """The columns of a thing. Names in the order of their letters, whatever the collation of the database."""
    nothing: dict[str, Expression | F] = {
        "moment": Cast(Value(None), DateTimeField()),
        "day": Cast(Value(None), DateField()),
        "number": Cast(Value(None), IntegerField()),
    }
    return rows.order_by().values_list(
        rank,
        Value(source),
        F(key),
        F(f"{patient}_id"),
        Collate(F(f"{patient}__family_name"), "C"),
        Collate(F(f"{patient}__given_name"), "C"),
        *(nothing | facts).values(),
    )


def _open_tasks(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    return Task.objects.visible_to(user).open().filter(of(practitioner, "episode__practitioner")).order_by()


def _tasks(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    rank = Case(*(When(urgency=name, then=Value(rank)) for name, rank in URGENCIES.items()))
    return _columns(_open_tasks(user, practitioner), rank, TASK, "pk", "patient", moment=F("due_at"))


def _standings(user: User, practitioner: Practitioner | None) -> Any:
    rows = PlanStanding.objects.visible_to(user).of_running_plans()
    return rows.filter(of(practitioner, "plan__practitioner")).order_by()


def _plans(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    """What plans ask, a row for each; not what an open task of the same plan asks already."""
    tasks = _open_tasks(user, practitioner).filter(plan__isnull=False)
    asks: Any = F("asks")
    for ask, kind in ((Ask.BLOCKED, Task.Kind.REFERRAL), (Ask.RED, Task.Kind.RED_LIGHT)):
        told = Q(plan__in=tasks.filter(kind=kind).values("plan_id"))
        without = Func(asks, Cast(Value(int(ask)), SmallIntegerField()), function="array_remove", output_field=_ASKS)
        asks = Case(When(told, then=without), default=asks, output_field=_ASKS)
    return _columns(_standings(user, practitioner), _Each(asks), PLAN, "plan_id", "plan__patient")


class _Each(Func):
    """A row for each member of an array."""

    function = "unnest"
    set_returning = True
    output_field = IntegerField()


def _follow_ups(user: User, practitioner: Practitioner | None, today: datetime.date) -> QuerySet[Any]:
    """Visits of one plan that are late, as one thing; the latest names the day."""
    rows = FollowUp.objects.visible_to(user).open().filter(of(practitioner), window_end__lt=today)
    by_plan = rows.order_by().values("plan_id")
    latest, count = Max("window_end"), Count("pk")
    return _columns(by_plan, Value(UNBOOKED), FOLLOW_UPS, "plan_id", "plan__patient", day=latest, number=count)


def _orders(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    """Episodes in treatment whose prescriptions together hold two sessions or fewer."""
    rows = Prescription.objects.visible_to(user).filter(of(practitioner, "episode__practitioner"))
    sessions = Encounter.objects.filter(counts_as_session(), prescription=OuterRef("pk")).order_by()
    used = sessions.values("prescription").annotate(count=Count("pk")).values("count")
    left = Greatest(F("sessions_ordered") - Coalesce(Subquery(used), 0), 0)
    by_episode = (
        rows.filter(episode__status="active")
        .order_by()
        .values("episode_id")
        .annotate(left=Sum(left), endless=Count("pk", filter=Q(sessions_ordered__isnull=True)))
        .filter(left__lte=SESSIONS_LEFT, endless=0)
    )
    return _columns(by_episode, Value(ORDER_RUNS_OUT), ORDERS, "episode_id", "episode__patient", number=F("left"))


def _check_ins(user: User, practitioner: Practitioner | None, today: datetime.date) -> QuerySet[Any]:
    rows = unanswered_check_ins(user, today=today).filter(of(practitioner, "plan__practitioner")).select_related(None)
    return _columns(rows, Value(NO_ANSWER), CHECK_IN, "plan_id", "plan__patient", day=F("due_on"))
