"""What a day asks of each role: read once, in a fixed number of queries, as frozen data."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Practitioner, User
from pathways.engine.lights import Light
from pathways.engine.progress import Proposal
from pathways.models import CarePlan, FollowUp, Phase, Task
from pathways.progress import PlanProgress, assess_plans
from patients.models import Encounter, Patient, Prescription
from patients.prescriptions import Order, orders
from scheduling.models import Appointment

SESSIONS_LEFT = 2
BOOK_AHEAD = datetime.timedelta(days=14)
LATE_ARRIVALS = datetime.timedelta(minutes=30)
SHOWN = 20


@dataclass(frozen=True)
class Attention:
    """Something that needs a therapist: why, for whom, and the page where it is done. Lower `rank` is more urgent."""

    rank: int
    tone: str
    icon: str
    label: str
    patient: Patient
    text: str
    url: str


@dataclass(frozen=True)
class Visit:
    """One visit of today's agenda with what the therapist needs to know before the door opens."""

    appointment: Appointment
    seen: PlanProgress | None
    url: str
    change: str
    is_unwritten: bool


@dataclass(frozen=True)
class TherapistDay:
    """The therapist's day."""

    today: datetime.date
    visits: tuple[Visit, ...]
    attention: tuple[Attention, ...]
    is_all: bool


@dataclass(frozen=True)
class DeskDay:
    """The desk's day, without a clinical word."""

    today: datetime.date
    numbers: Mapping[str, int]
    arrivals: tuple[Appointment, ...]
    follow_ups: tuple[FollowUp, ...]
    follow_ups_open: int


@dataclass(frozen=True)
class OwnerView:
    """What runs in the practice, in numbers."""

    running: int
    blocked: int
    phases: tuple[tuple[str, int], ...]
    tasks: tuple[tuple[str, int], ...]
    follow_ups_overdue: int
    visits_today: int


def therapist_day(user: User, *, now: datetime.datetime, everyone: bool = False) -> TherapistDay:
    """Return a therapist's agenda and what needs attention; of all therapists when asked. At most 14 queries."""
    today = timezone.localtime(now).date()
    practitioner = Practitioner.objects.filter(user=user).first()
    own = _of(None if everyone else practitioner)
    start, end = day_of(today)
    booked = Appointment.objects.visible_to(user).occupying().between(start, end).filter(own)
    appointments = list(booked.select_related("patient", "encounter", "practitioner").order_by("start", "id"))
    patients = {row.patient_id for row in appointments}
    wanted = own | Q(patient_id__in=patients) if own else own
    plans = list(CarePlan.objects.visible_to(user).running().filter(wanted).select_related("patient"))
    seen = assess_plans(plans, now=now)
    by_patient = {plan.patient_id: seen[plan.pk] for plan in reversed(plans)}
    last = _last_visits(user, patients, start)
    mine = [
        seen[plan.pk] for plan in plans if everyone or practitioner is None or plan.practitioner_id == practitioner.pk
    ]
    return TherapistDay(
        today=today,
        visits=tuple(
            _visit(row, by_patient.get(row.patient_id), last.get(row.patient_id), now) for row in appointments
        ),
        attention=attention(user, mine, None if everyone else practitioner, now=now),
        is_all=everyone or practitioner is None,
    )


def _of(practitioner: Practitioner | None, name: str = "practitioner") -> Q:
    """Rows of one therapist, or of all."""
    return Q() if practitioner is None else Q(**{name: practitioner})


def day_of(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """First moment of a Brussels day and of the next."""
    midnight = datetime.time()
    return (
        timezone.make_aware(datetime.datetime.combine(day, midnight)),
        timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), midnight)),
    )


def _last_visits(user: User, patients: Iterable[UUID], before: datetime.datetime) -> dict[UUID, datetime.datetime]:
    rows = Encounter.objects.visible_to(user).filter(patient_id__in=list(patients), started_at__lt=before)
    rows = rows.exclude(status=Encounter.Status.CANCELLED).exclude(kind=Encounter.Kind.SELF_REPORT)
    latest = rows.order_by("patient_id", "-started_at").distinct("patient_id")
    return dict(latest.values_list("patient_id", "started_at"))


def _visit(
    row: Appointment, seen: PlanProgress | None, last: datetime.datetime | None, now: datetime.datetime
) -> Visit:
    url = reverse("pathways:plan", args=[seen.plan.pk]) if seen else chart_url(row.patient_id)
    note = row.encounter.note if row.encounter is not None else ""
    return Visit(row, seen, url, changes(seen, last), is_unwritten=row.end < now and not note)


def chart_url(patient: UUID) -> str:
    """The patient's chart."""
    return reverse("patients:chart", args=[patient])


def changes(seen: PlanProgress | None, last: datetime.datetime | None) -> str:
    """What the diary says since the last visit, in a few words. Nothing logged is said, not hidden."""
    if seen is None:
        return ""
    since = last or timezone.make_aware(datetime.datetime.combine(seen.plan.started_on, datetime.time()))
    found = [each for each in seen.judged if each.entry.start >= since]
    if not found:
        return _("nothing logged since the last visit")
    lights = [each.light for each in found]
    words = [
        ngettext("%(count)s entry since the last visit", "%(count)s entries since the last visit", len(found))
        % {"count": len(found)}
    ]
    red, amber = lights.count(Light.RED), lights.count(Light.AMBER)
    if red:
        words.append(_("%(count)s red") % {"count": red})
    if amber:
        words.append(_("%(count)s amber") % {"count": amber})
    return ", ".join(words)


def attention(
    user: User, plans: Sequence[PlanProgress], practitioner: Practitioner | None, *, now: datetime.datetime
) -> tuple[Attention, ...]:
    """Return what needs a therapist, most urgent first. Three queries besides the plans'."""
    today = timezone.localtime(now).date()
    owner = _of(practitioner, "episode__practitioner")
    tasks = Task.objects.visible_to(user).open().filter(owner).select_related("patient", "plan")
    open_tasks = list(tasks)
    found = [_of_task(task, now) for task in open_tasks]
    told = {(task.plan_id, task.kind) for task in open_tasks}
    for seen in plans:
        found += _of_plan(seen, told)
    overdue = (
        FollowUp.objects.visible_to(user)
        .open()
        .filter(_of(practitioner), window_end__lt=today)
        .select_related("plan__patient")
    )
    by_plan: dict[UUID, list[FollowUp]] = {}
    for row in overdue.order_by("window_end"):
        by_plan.setdefault(row.plan_id, []).append(row)
    found += [_of_follow_ups(rows) for rows in by_plan.values()]
    found += _of_orders(user, owner, today)
    return tuple(sorted(found, key=lambda each: (each.rank, each.patient.family_name, each.patient.given_name)))


_RANKS = {"EMERGENCY": 0, "URGENT": 1, "ROUTINE": 3, "SOON": 4}


def _of_task(task: Task, now: datetime.datetime) -> Attention:
    is_late = task.due_at < now
    urgent = task.urgency in {Task.Urgency.EMERGENCY, Task.Urgency.URGENT}
    url = reverse("pathways:complete-task", args=[task.pk]) + "?back=/"
    label = _("late") if is_late else str(task.get_urgency_display())
    tone = "red" if urgent or is_late else "amber"
    return Attention(_RANKS[task.urgency], tone, "list-todo", label, task.patient, task.description, url)


def _of_plan(seen: PlanProgress, told: set[tuple[UUID | None, str]]) -> list[Attention]:
    """What one plan asks for: blocked alone, else red lights, the proposal, and silence."""
    patient, proposal = seen.plan.patient, seen.progress.proposal
    url = reverse("pathways:plan", args=[seen.plan.pk])
    why = " ".join(seen.progress.why)
    if proposal is Proposal.BLOCKED:
        return (
            []
            if (seen.plan.pk, Task.Kind.REFERRAL) in told
            else [Attention(1, "red", "octagon-alert", _("blocked"), patient, why, url)]
        )
    rows = []
    if proposal is Proposal.STEP_BACK:
        rows.append(Attention(2, "red", "octagon-alert", _("two red lights"), patient, why, f"{url}#decision"))
    elif seen.reds_in_window and (seen.plan.pk, Task.Kind.RED_LIGHT) not in told:
        text = _("Red light in the last 7 days.")
        rows.append(Attention(3, "red", "octagon-alert", _("red light"), patient, text, f"{url}#diary-title"))
    if proposal is Proposal.REVIEW:
        rows.append(Attention(4, "amber", "search", _("look again"), patient, why, url))
    if proposal is Proposal.ADVANCE:
        rows.append(Attention(5, "green", "circle-check", _("criteria met"), patient, why, f"{url}#decision"))
    if seen.is_silent:
        text = _("Nothing logged for %(days)s days.") % {"days": seen.silent_days}
        rows.append(Attention(6, "amber", "circle-dashed", _("silent"), patient, text, url))
    return rows


def _of_follow_ups(rows: Sequence[FollowUp]) -> Attention:
    """The visits of one plan that are late; the latest names the day."""
    last = rows[-1]
    url = reverse("pathways:plan", args=[last.plan_id]) + "#follow-ups-title"
    text = ngettext(
        "%(count)s visit of the plan is not booked; it was due before %(day)s.",
        "%(count)s visits of the plan are not booked; the last was due before %(day)s.",
        len(rows),
    )
    text %= {"count": len(rows), "day": f"{last.window_end:%d/%m}"}
    return Attention(7, "amber", "calendar-clock", _("overdue"), last.plan.patient, text, url)


def _of_orders(user: User, owner: Q, today: datetime.date) -> list[Attention]:
    """Episodes in treatment whose prescriptions together hold two sessions or fewer. One query."""
    rows = Prescription.objects.visible_to(user).filter(owner, episode__status="active")
    by_episode: dict[UUID, list[Order]] = {}
    for order in orders(rows.select_related("episode__patient"), on=today):
        by_episode.setdefault(order.prescription.episode_id, []).append(order)
    found = []
    for held in by_episode.values():
        left = [order.left for order in held]
        if any(each is None for each in left) or sum(each or 0 for each in left) > SESSIONS_LEFT:
            continue
        count = sum(each or 0 for each in left)
        text = ngettext(
            "%(count)s session left on the prescription.", "%(count)s sessions left on the prescription.", count
        )
        patient = held[0].prescription.episode.patient
        url = chart_url(patient.pk)
        found.append(Attention(8, "amber", "file-text", _("prescription"), patient, text % {"count": count}, url))
    return found


def desk_day(user: User, *, now: datetime.datetime) -> DeskDay:
    """Return the desk's day: numbers, who comes next, and visits to book. Four queries."""
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
    return DeskDay(today, numbers, tuple(arrivals), tuple(shown), due.count())


def owner_view(*, now: datetime.datetime) -> OwnerView:
    """Return the practice in numbers; no patient is named. Five queries."""
    today = timezone.localtime(now).date()
    start, end = day_of(today)
    states: dict[str, int] = dict(CarePlan.objects.running().order_by().values_list("status").annotate(Count("id")))
    active = Phase.objects.filter(status=Phase.Status.ACTIVE, plan__status__in=list(states)).order_by()
    phases: list[Any] = list(active.values_list("key", "title").annotate(Count("id")).order_by("key"))
    urgencies: dict[str, int] = dict(Task.objects.open().order_by().values_list("urgency").annotate(Count("id")))
    return OwnerView(
        running=states.get("active", 0),
        blocked=states.get("on-hold", 0),
        phases=tuple((f"{key} {title}", count) for key, title, count in phases),
        tasks=tuple(
            (str(urgency.label), urgencies[urgency.value]) for urgency in Task.Urgency if urgency.value in urgencies
        ),
        follow_ups_overdue=FollowUp.objects.open().filter(window_end__lt=today).count(),
        visits_today=Appointment.objects.occupying().between(start, end).count(),
    )
