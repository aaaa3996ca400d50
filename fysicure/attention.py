"""What needs a therapist, most urgent first: tasks, plans, visits that were never booked, orders that run out."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.addresses import url_of
from accounts.models import Practitioner, User
from fysicure.attention_order import CHECK_IN, FOLLOW_UPS, ORDERS, PLAN, TASK, URGENCIES, Thing, Things, things
from pathways.models import Task
from pathways.standing import Ask, Standing, kept_standings, refresh
from patients.models import Patient

ROWS = 25


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


def attention(
    user: User, practitioner: Practitioner | None, *, now: datetime.datetime, page: Any = 1
) -> Page[Attention]:
    """Return a page of what needs a therapist, most urgent first; of the whole practice without one.

    Three queries, and two more and eight for every 200 plans that changed since somebody looked.
    """
    number = int(page) if str(page).isdecimal() and len(str(page)) < 7 else 1
    found = _things(user, practitioner, now, number)
    if found.stale:
        refresh(found.stale, now=now)
        found = _things(user, practitioner, now, number)
    shown: Any = Paginator(range(found.count), ROWS).get_page(page)
    if shown.number != number:
        found = _things(user, practitioner, now, shown.number)
    shown.object_list = _in_words(user, found.rows, now)
    return cast("Page[Attention]", shown)


def _things(user: User, practitioner: Practitioner | None, now: datetime.datetime, number: int) -> Things:
    today, skip = timezone.localtime(now).date(), (max(number, 1) - 1) * ROWS
    return things(user, practitioner, now=now, today=today, limit=ROWS, skip=skip)


def _in_words(user: User, rows: Sequence[Thing], now: datetime.datetime) -> list[Attention]:
    """Each thing with its sentence. Two queries: the tasks and the pictures of the plans among them."""
    keys = {source: {row.key for row in rows if row.source == source} for source in (TASK, PLAN)}
    tasks = Task.objects.visible_to(user).in_bulk(keys[TASK])
    plans = kept_standings(keys[PLAN])
    found = []
    for row in rows:
        patient = Patient(pk=row.patient_id, family_name=row.family_name, given_name=row.given_name)
        if row.source == TASK and row.key in tasks:
            found.append(_of_task(tasks[row.key], patient, now))
        elif row.source == PLAN and row.key in plans:
            found.append(_of_plan(row, patient, plans[row.key]))
        elif row.source in _SENTENCES:
            found.append(_SENTENCES[row.source](row, patient))
    return found


def _of_task(task: Task, patient: Patient, now: datetime.datetime) -> Attention:
    is_late = task.due_at < now
    urgent = task.urgency in {Task.Urgency.EMERGENCY, Task.Urgency.URGENT}
    url = url_of("pathways:complete-task", task.pk) + "?back=/"
    if task.kind == Task.Kind.PRESCRIPTION:
        url = reverse("pathways:write-letter", args=[task.episode_id, "order"])  # making the letter ticks it off
    label = _("late") if is_late else str(task.get_urgency_display())
    tone = "red" if urgent or is_late else "amber"
    return Attention(URGENCIES[task.urgency], tone, "list-todo", label, patient, task.description, url)


def _of_plan(row: Thing, patient: Patient, seen: Standing) -> Attention:
    """One thing that a plan asks for."""
    url = url_of("pathways:plan", row.key)
    why = " ".join(seen.why)
    if row.rank == Ask.BLOCKED:
        return Attention(row.rank, "red", "octagon-alert", _("blocked"), patient, why, url)
    if row.rank == Ask.STEP_BACK:
        return Attention(row.rank, "red", "octagon-alert", _("two red lights"), patient, why, f"{url}#decision")
    if row.rank == Ask.RED:
        text = _("Red light in the last 7 days.")
        return Attention(row.rank, "red", "octagon-alert", _("red light"), patient, text, f"{url}#diary-title")
    if row.rank == Ask.REVIEW:
        return Attention(row.rank, "amber", "search", _("look again"), patient, why, url)
    if row.rank == Ask.ADVANCE:
        return Attention(row.rank, "green", "circle-check", _("criteria met"), patient, why, f"{url}#decision")
    text = _("Nothing logged for %(days)s days.") % {"days": seen.silent_days}
    return Attention(row.rank, "amber", "circle-dashed", _("silent"), patient, text, url)


def _of_follow_ups(row: Thing, patient: Patient) -> Attention:
    """The visits of one plan that are late; the latest names the day."""
    url = url_of("pathways:plan", row.key) + "#follow-ups-title"
    text = ngettext(
        "%(count)s visit of the plan is not booked; it was due before %(day)s.",
        "%(count)s visits of the plan are not booked; the last was due before %(day)s.",
        row.number or 0,
    )
    text %= {"count": row.number, "day": f"{row.day:%d/%m}"}
    return Attention(row.rank, "amber", "calendar-clock", _("overdue"), patient, text, url)


def _of_check_in(row: Thing, patient: Patient) -> Attention:
    """A question after the end of a plan that waits for an answer for more than a week."""
    text = _("No answer since %(day)s on how it goes after the end: unknown, not well.") % {"day": f"{row.day:%d/%m}"}
    url = url_of("pathways:plan", row.key)
    return Attention(row.rank, "neutral", "circle-dashed", _("not answered"), patient, text, url)


def _of_orders(row: Thing, patient: Patient) -> Attention:
    """An episode in treatment whose prescriptions together hold two sessions or fewer."""
    text = ngettext(
        "%(count)s session left on the prescription.", "%(count)s sessions left on the prescription.", row.number or 0
    )
    url = url_of("patients:chart", patient.pk)
    return Attention(row.rank, "amber", "file-text", _("prescription"), patient, text % {"count": row.number}, url)


_SENTENCES = {FOLLOW_UPS: _of_follow_ups, ORDERS: _of_orders, CHECK_IN: _of_check_in}
