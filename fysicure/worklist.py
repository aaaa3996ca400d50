"""What a day asks of each role: read once, in a fixed number of queries, as frozen data."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Count, F, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access_reasons import open_reasons, questions_for, readable_by
from accounts.addresses import url_of
from accounts.kept_query import SOMEBODY, START, KeptObjects, KeptQuery, among
from accounts.models import AccessReason, Practitioner, User
from fysicure.attention import Attention, attention
from fysicure.day_visits import DayVisit, Unwritten, day_visits
from pathways.engine.lights import Light
from pathways.evidence_reviews import OverdueReview, overdue_reviews
from pathways.models import CarePlan, FollowUp, Phase, Task
from pathways.standing import DayStanding, day_standings
from patients.content_words import spoken
from patients.models import Encounter
from scheduling.gaps import Gap, open_gaps
from scheduling.messages_page import Trouble, troubles
from scheduling.models import Appointment
from scheduling.requests import count_requests

BOOK_AHEAD = datetime.timedelta(days=14)
LATE_ARRIVALS = datetime.timedelta(minutes=30)
SHOWN = 20
REVIEWS_SHOWN = 8
_PATIENTS = "patients"  # a stand-in of a kept query


@dataclass(frozen=True)
class Visit:
    """One visit of today's agenda with what the therapist needs to know before the door opens."""

    appointment: DayVisit
    seen: DayStanding | None
    url: str
    change: str
    is_unwritten: bool


@dataclass(frozen=True)
class TherapistDay:
    """The therapist's day."""

    today: datetime.date
    visits: tuple[Visit, ...]
    attention: Page[Attention]
    unwritten: Unwritten
    is_all: bool
    requests: int
    questions: tuple[AccessReason, ...]


@dataclass(frozen=True)
class DeskDay:
    """The desk's day, without a clinical word."""

    today: datetime.date
    numbers: Mapping[str, int]
    arrivals: tuple[Appointment, ...]
    follow_ups: tuple[FollowUp, ...]
    follow_ups_open: int
    requests: int
    gaps: tuple[Gap, ...]
    messages: Trouble


@dataclass(frozen=True)
class OwnerView:
    """What runs in the practice, in numbers."""

    running: int
    blocked: int
    phases: tuple[tuple[str, int], ...]
    tasks: tuple[tuple[str, int], ...]
    follow_ups_overdue: int
    visits_today: int
    reviews: tuple[OverdueReview, ...]
    reviews_overdue: int
    openings: int


def therapist_day(user: User, *, now: datetime.datetime, everyone: bool = False, page: Any = 1) -> TherapistDay:
    """Return a therapist's agenda and a page of what needs attention; of all therapists when asked.

    Of colleagues' patients the list of all says who and how urgent, never what is the matter: their pages ask why one
    opens them. Eleven queries at most, and eleven more for every 200 plans that changed since somebody looked.
    """
    today = timezone.localtime(now).date()
    practitioner = next(iter(_own_calendar().ask({SOMEBODY: user.pk})), None)
    mine = None if everyone else practitioner
    appointments, unwritten = day_visits(user, mine, day_of(today), now)
    patients = {row.patient_id for row in appointments}
    found = attention(user, mine, now=now, page=page)
    named = patients | {row.patient.pk for row in found}
    near = readable_by(user, named, now=now) if everyone else named
    found.object_list = [row if row.patient.pk in near else replace(row, text="") for row in found]
    standings = day_standings(user, patients & near, now=now) if patients & near else []
    by_patient = {seen.patient_id: seen for seen in reversed(standings)}
    last = _last_visits(user, by_patient, day_of(today)[0])
    return TherapistDay(
        today=today,
        visits=tuple(
            _visit(row, by_patient.get(row.patient_id), last.get(row.patient_id), now) for row in appointments
        ),
        unwritten=unwritten,
        attention=found,
        is_all=everyone or practitioner is None,
        requests=count_requests(user, now=now, practitioner=mine),
        questions=tuple(_questions().ask({SOMEBODY: user.pk})),
    )


@cache
def _own_calendar() -> KeptObjects[Practitioner]:
    return KeptObjects.of(Practitioner.objects.filter(user_id=SOMEBODY)[:1])


@cache
def _questions() -> KeptObjects[AccessReason]:
    return KeptObjects.of(questions_for(User(id=SOMEBODY))[:SHOWN])


def day_of(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """First moment of a Brussels day and of the next."""
    midnight = datetime.time()
    return (
        timezone.make_aware(datetime.datetime.combine(day, midnight)),
        timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), midnight)),
    )


def _last_visits(user: User, patients: Iterable[UUID], before: datetime.datetime) -> dict[UUID, datetime.datetime]:
    found = _latest_contacts(user.role).ask({_PATIENTS: list(patients), SOMEBODY: user.pk, START: before})
    return dict(found)


@cache
def _latest_contacts(role: str) -> KeptQuery:
    theirs = among("patients_encounter.patient_id", _PATIENTS)
    rows = Encounter.objects.visible_to(User(id=SOMEBODY, role=role)).filter(theirs, started_at__lt=START)
    rows = rows.exclude(status=Encounter.Status.CANCELLED).exclude(kind=Encounter.Kind.SELF_REPORT)
    latest = rows.order_by("patient_id", "-started_at").distinct("patient_id")
    return KeptQuery.of(latest.values_list("patient_id", "started_at"))


def _visit(row: DayVisit, seen: DayStanding | None, last: datetime.datetime | None, now: datetime.datetime) -> Visit:
    url = url_of("pathways:plan", seen.plan_id) if seen else chart_url(row.patient_id)
    return Visit(row, seen, url, changes(seen, last), row.is_awaiting(now))


def chart_url(patient: UUID) -> str:
    """The patient's chart."""
    return url_of("patients:chart", patient)


def changes(seen: DayStanding | None, last: datetime.datetime | None) -> str:
    """What the diary says since the last visit, in a few words. Nothing logged is said, not hidden."""
    if seen is None:
        return ""
    since = last or timezone.make_aware(datetime.datetime.combine(seen.started_on, datetime.time()))
    lights = [each.light for each in seen.judged if each.at >= since.timestamp()]
    if not lights:
        return _("nothing logged since the last visit")
    words = [
        ngettext("%(count)s entry since the last visit", "%(count)s entries since the last visit", len(lights))
        % {"count": len(lights)}
    ]
    red, amber = lights.count(Light.RED), lights.count(Light.AMBER)
    if red:
        words.append(_("%(count)s red") % {"count": red})
    if amber:
        words.append(_("%(count)s amber") % {"count": amber})
    return ", ".join(words)


def desk_day(user: User, *, now: datetime.datetime) -> DeskDay:
    """Return the desk's day: numbers, arrivals, what to book, questions, gaps, messages. Ten queries at most."""
    today = timezone.localtime(now).date()
    start, end = day_of(today)
    visits = Appointment.objects.visible_to(user).between(start, end)
    counted = dict(visits.order_by().values_list("status").annotate(Count("id")))
    waiting = visits.filter(status__in=["pending", "booked"], start__gte=now - LATE_ARRIVALS)
    due = FollowUp.objects.visible_to(user).open().due_before(today + BOOK_AHEAD)
    shown = due.select_related("plan__patient", "practitioner").order_by("window_end", "id")[:SHOWN]
    numbers = {
        "booked": sum(counted.get(name, 0) for name in ("pending", "booked")),
        "arrived": counted.get("arrived", 0),
        "done": counted.get("fulfilled", 0),
        "cancelled": counted.get("cancelled", 0),
        "missed": counted.get("noshow", 0),
    }
    arrivals = waiting.select_related("patient", "practitioner", "room").order_by("start", "id")[:SHOWN]
    requests, gaps = count_requests(user, now=now), tuple(open_gaps(user, now=now))
    return DeskDay(today, numbers, tuple(arrivals), tuple(shown), due.count(), requests, gaps, troubles(user, now=now))


def owner_view(*, now: datetime.datetime) -> OwnerView:
    """Return the practice in numbers, and the evidence to look at again; no patient is named. Six queries."""
    today = timezone.localtime(now).date()
    reviews = overdue_reviews(today=today)
    start, end = day_of(today)
    running = CarePlan.objects.running().order_by()
    counts = _counts(
        plans=(running, F("hold_reason")),
        tasks=(Task.objects.open(), F("urgency")),
        overdue=(FollowUp.objects.open().filter(window_end__lt=today), Value("")),
        visits=(Appointment.objects.occupying().between(start, end), Value("")),
        openings=(open_reasons(), Value("")),
    )
    active = Phase.objects.filter(status=Phase.Status.ACTIVE, plan__in=running).order_by()
    phases: list[Any] = list(active.values_list("key", "title").annotate(Count("id")).order_by("key"))
    return OwnerView(
        running=counts["plans", ""],
        blocked=counts["plans", CarePlan.HoldReason.BLOCKED.value],
        phases=tuple((f"{key} {spoken(title)}", count) for key, title, count in phases),
        tasks=tuple(
            (str(urgency.label), counts["tasks", urgency.value])
            for urgency in Task.Urgency
            if counts["tasks", urgency.value]
        ),
        follow_ups_overdue=counts["overdue", ""],
        visits_today=counts["visits", ""],
        reviews=reviews[:REVIEWS_SHOWN],
        reviews_overdue=len(reviews),
        openings=counts["openings", ""],
    )


def _counts(**groups: tuple[QuerySet[Any], F | Value]) -> Counter[tuple[str, str]]:
    """How many rows each group has, by the name of the group and what it is split by. One query for all."""
    counted = [
        rows.order_by().values_list(Value(name), by).annotate(count=Count("pk")) for name, (rows, by) in groups.items()
    ]
    found = counted[0].union(*counted[1:], all=True).order_by()
    return Counter({(name, value): count for name, value, count in found})
