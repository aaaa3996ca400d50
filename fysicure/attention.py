"""What needs a therapist, most urgent first: tasks, plans, visits that were never booked, orders that run out."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Practitioner, User
from pathways.engine.progress import Proposal
from pathways.models import CarePlan, FollowUp, Task
from pathways.relapse import unanswered_check_ins
from pathways.standing import Standing, is_blocked, standings
from patients.models import Patient, Prescription
from patients.prescriptions import Order, orders

SESSIONS_LEFT = 2


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


def _of(practitioner: Practitioner | None, name: str = "practitioner") -> Q:
    """Rows of one therapist, or of all."""
    return Q() if practitioner is None else Q(**{name: practitioner})


def attention(user: User, practitioner: Practitioner | None, *, now: datetime.datetime) -> tuple[Attention, ...]:
    """Return what needs a therapist, most urgent first; of the whole practice without one.

    Seven queries, and ten more for every 200 plans that changed since somebody looked.
    """
    today = timezone.localtime(now).date()
    running = CarePlan.objects.visible_to(user).running().filter(_of(practitioner))
    stand = standings(running, now=now)
    owner = _of(practitioner, "episode__practitioner")
    tasks = Task.objects.visible_to(user).open().filter(owner).select_related("patient", "plan")
    open_tasks = list(tasks)
    found = [_of_task(task, now) for task in open_tasks]
    told = {(task.plan_id, task.kind) for task in open_tasks}
    for plan in running.select_related("patient").only("patient"):
        if plan.pk in stand:
            found += _of_plan(plan, stand[plan.pk], told)
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
    found += _of_check_ins(user, practitioner, today)
    return tuple(sorted(found, key=lambda each: (each.rank, each.patient.family_name, each.patient.given_name)))


_RANKS = {"EMERGENCY": 0, "URGENT": 1, "ROUTINE": 3, "SOON": 4}


def _of_task(task: Task, now: datetime.datetime) -> Attention:
    is_late = task.due_at < now
    urgent = task.urgency in {Task.Urgency.EMERGENCY, Task.Urgency.URGENT}
    url = reverse("pathways:complete-task", args=[task.pk]) + "?back=/"
    if task.kind == Task.Kind.PRESCRIPTION:
        url = reverse("pathways:write-letter", args=[task.episode_id, "order"])  # making the letter ticks it off
    label = _("late") if is_late else str(task.get_urgency_display())
    tone = "red" if urgent or is_late else "amber"
    return Attention(_RANKS[task.urgency], tone, "list-todo", label, task.patient, task.description, url)


def _of_plan(plan: CarePlan, seen: Standing, told: set[tuple[UUID | None, str]]) -> list[Attention]:
    """What one plan asks for: blocked alone, else red lights, the proposal, and silence."""
    patient, proposal = plan.patient, Proposal(seen.proposal)
    url = reverse("pathways:plan", args=[plan.pk])
    why = " ".join(seen.why)
    if is_blocked(seen):
        return (
            []
            if (plan.pk, Task.Kind.REFERRAL) in told
            else [Attention(1, "red", "octagon-alert", _("blocked"), patient, why, url)]
        )
    rows = []
    if proposal is Proposal.STEP_BACK:
        rows.append(Attention(2, "red", "octagon-alert", _("two red lights"), patient, why, f"{url}#decision"))
    elif seen.reds_in_window and (plan.pk, Task.Kind.RED_LIGHT) not in told:
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


def _of_check_ins(user: User, practitioner: Practitioner | None, today: datetime.date) -> list[Attention]:
    """Questions after the end of a plan that wait for an answer for more than a week. One query."""
    rows = unanswered_check_ins(user, today=today).filter(_of(practitioner, "plan__practitioner"))
    text = _("No answer since %(day)s on how it goes after the end: unknown, not well.")
    return [
        Attention(
            9,
            "neutral",
            "circle-dashed",
            _("not answered"),
            row.plan.patient,
            text % {"day": f"{row.due_on:%d/%m}"},
            reverse("pathways:plan", args=[row.plan_id]),
        )
        for row in rows
    ]


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
        url = reverse("patients:chart", args=[patient.pk])
        found.append(Attention(8, "amber", "file-text", _("prescription"), patient, text % {"count": count}, url))
    return found
