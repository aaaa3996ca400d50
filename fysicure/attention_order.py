"""Which things need a therapist, counted, ordered and cut in the database: a page reads what it shows.

Each kind of thing is a query with the same columns. `rank` is how urgent (lower is more), `source` the kind, `key` the
row, `moment` the order within one patient and rank; `number` and `day` are what its sentence says.
"""

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Greatest

from accounts.kept_query import NOW, SOMEBODY, TODAY, KeptQuery
from accounts.models import Practitioner, User
from pathways.models import CarePlan, FollowUp, PlanStanding, Task
from pathways.relapse import unanswered_check_ins
from pathways.standing import Ask
from patients.models import Encounter, Prescription
from patients.prescriptions import counts_as_session

SESSIONS_LEFT = 2
URGENCIES = {"EMERGENCY": 0, "URGENT": 1, "ROUTINE": 3, "SOON": 4}
UNBOOKED, ORDER_RUNS_OUT, NO_ANSWER = 7, 8, 9
TASK, PLAN, FOLLOW_UPS, ORDERS, CHECK_IN = "a-task", "b-plan", "c-follow-ups", "d-orders", "e-check-in"
# Stand-ins of the kept query.
_THERAPIST, _LIMIT, _SKIP = UUID(int=2), "limit", "skip"
# Names are in the order of their letters, whatever the collation of the database. They are read of the ranks that the
# page can reach only: most things are less urgent than what fills it. OFFSET 0: the sessions of an order are
# counted once.
_PAGE = """
WITH task (rank, key, whose, moment, plan, kind) AS MATERIALIZED ({tasks}),
standing (key, whose, asks, is_fresh) AS MATERIALIZED ({standings}),
thing (rank, source, key, whose, moment, day, number) AS MATERIALIZED (
    SELECT rank, %s, key, whose, moment, NULL::date, NULL::integer FROM task
    UNION ALL
    SELECT ask, %s, key, whose, NULL, NULL, NULL FROM (SELECT unnest(asks) AS ask, key, whose FROM standing) asked
    WHERE NOT EXISTS (SELECT FROM task WHERE plan = asked.key AND (ask, kind) IN ((%s, %s), (%s, %s)))
    UNION ALL
    SELECT %s, %s, key, whose, NULL, NULL, NULL FROM ({late}) late (key, whose)
    UNION ALL SELECT * FROM ({orders} OFFSET 0) runs_out (rank, source, key, whose, moment, day, number)
        WHERE number <= %s
    UNION ALL ({check_ins})
)
SELECT total.count, ARRAY(SELECT key FROM standing WHERE NOT is_fresh),
    rank, source, key, whose, family, given, moment, coalesce(shown.day, late.day), coalesce(shown.number, late.number)
FROM (SELECT count(*) FROM thing) total
LEFT JOIN (
    SELECT rank, source, key, whose, family_name COLLATE "C" AS family, given_name COLLATE "C" AS given,
        moment, day, number
    FROM thing JOIN patients_patient patient ON patient.id = whose
    WHERE rank <= coalesce((SELECT rank FROM thing ORDER BY rank LIMIT 1 OFFSET %s + %s - 1), %s)
    ORDER BY rank, family, given, source, moment, key LIMIT %s OFFSET %s
) shown ON true
LEFT JOIN LATERAL ({late_ones}) late (day, number) ON source = %s
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
    query = _page(user.role, is_of_one=practitioner is not None)
    whose = practitioner.pk if practitioner else None
    rows = query.ask({SOMEBODY: user.pk, _THERAPIST: whose, NOW: now, TODAY: today, _LIMIT: limit, _SKIP: skip})
    return Things(
        rows=tuple(Thing(*row[2:]) for row in rows if row[2] is not None), count=rows[0][0], stale=tuple(rows[0][1])
    )


@cache
def _page(role: str, *, is_of_one: bool) -> KeptQuery:
    """The list as one statement, and what stands in its places; tasks and plans are read once, names at the end."""
    user, practitioner = User(id=SOMEBODY, role=role), Practitioner(pk=_THERAPIST) if is_of_one else None
    parts = {
        "tasks": KeptQuery.of(_tasks(user, practitioner)),
        "standings": KeptQuery.of(_standings(user, practitioner)),
        "late": KeptQuery.of(_with_late_visits(user, practitioner)),
        "late_ones": KeptQuery.of(_late_of_shown(user, practitioner)),
        "orders": KeptQuery.of(_orders(user, practitioner)),
        "check_ins": KeptQuery.of(_check_ins(user, practitioner)),
    }
    told = (int(Ask.BLOCKED), Task.Kind.REFERRAL.value, int(Ask.RED), Task.Kind.RED_LIGHT.value)
    places = (
        *parts["tasks"].places,
        *parts["standings"].places,
        *(TASK, PLAN, *told, UNBOOKED, FOLLOW_UPS),
        *parts["late"].places,
        *parts["orders"].places,
        SESSIONS_LEFT,
        *parts["check_ins"].places,
        *(_LIMIT, _SKIP, NO_ANSWER, _LIMIT, _SKIP),
        *parts["late_ones"].places,
        FOLLOW_UPS,
    )
    return KeptQuery(PlanStanding, _PAGE.format(**{name: part.sql for name, part in parts.items()}), places)


def of(practitioner: Practitioner | None, name: str = "practitioner") -> Q:
    """Return the condition for rows of one therapist, or of all."""
    return Q() if practitioner is None else Q(**{name: practitioner})


def _columns(rows: QuerySet[Any], rank: int, source: str, *key: str, **facts: Expression | F) -> QuerySet[Any]:
    """The columns of a thing; `key` names those of the row and of its patient."""
    nothing: dict[str, Expression | F] = {
        "moment": Cast(Value(None), DateTimeField()),
        "day": Cast(Value(None), DateField()),
        "number": Cast(Value(None), IntegerField()),
    }
    return rows.order_by().values_list(Value(rank), Value(source), *map(F, key), *(nothing | facts).values())


def _tasks(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    rank = Case(*(When(urgency=name, then=Value(rank)) for name, rank in URGENCIES.items()))
    rows = Task.objects.visible_to(user).open().filter(of(practitioner, "episode__practitioner")).order_by()
    return rows.values_list(rank, "pk", "patient_id", "due_at", "plan_id", "kind")


def _standings(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    """What each plan asks. What an open task of the same plan asks already is left out of the list afterwards."""
    rows = PlanStanding.objects.visible_to(user).of_running_plans().filter(of(practitioner, "plan__practitioner"))
    found: QuerySet[Any] = rows.with_freshness(NOW).order_by()
    return found.values_list("plan_id", "plan__patient_id", "asks", "is_fresh")


def _late(user: User, practitioner: Practitioner | None, plan: Expression | OuterRef) -> QuerySet[Any]:
    """The visits of one plan that are late: nobody booked them, and their window is over."""
    rows = FollowUp.objects.visible_to(user).unbooked().filter(of(practitioner), window_end__lt=TODAY)
    return rows.filter(plan_id=plan).order_by()


def _with_late_visits(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    """The plans that ask for visits and have late ones. How many is asked of those that are shown."""
    plans = CarePlan.objects.visible_to(user).asking_visits().filter(Exists(_late(user, practitioner, OuterRef("pk"))))
    return plans.order_by().values_list("pk", "patient_id")


def _late_of_shown(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    """Of a plan on the page which late visit is the latest, and how many there are."""
    rows = _late(user, practitioner, RawSQL("shown.key", [])).values("plan_id")
    return rows.values_list(Max("window_end"), Count("pk"))


def _orders(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    """Episodes in treatment whose every prescription has a number of sessions, and how many are left of these."""
    rows = Prescription.objects.visible_to(user).filter(of(practitioner, "episode__practitioner"))
    sessions = Encounter.objects.filter(counts_as_session(), prescription=OuterRef("pk")).order_by()
    used = sessions.values(count=Func(function="COUNT", template="%(function)s(*)", output_field=IntegerField()))
    left = Greatest(F("sessions_ordered") - Subquery(used), 0)
    by_episode = (
        rows.filter(episode__status="active")
        .order_by()
        .values("episode_id")
        .annotate(left=Sum(left), endless=Count("pk", filter=Q(sessions_ordered__isnull=True)))
        .filter(endless=0)
    )
    return _columns(by_episode, ORDER_RUNS_OUT, ORDERS, "episode_id", "episode__patient_id", number=F("left"))


def _check_ins(user: User, practitioner: Practitioner | None) -> QuerySet[Any]:
    rows = unanswered_check_ins(user, today=TODAY).filter(of(practitioner, "plan__practitioner")).select_related(None)
    return _columns(rows, NO_ANSWER, CHECK_IN, "plan_id", "plan__patient_id", day=F("due_on"))
