"""What the therapist hears of the diary. Each task carries a key of its cause, so that telling twice makes one task."""

import datetime

import holidays
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from pathways.blocking import block_plan
from pathways.engine.lights import Entry, JudgedEntry, Light, other_side_alert
from pathways.engine.model import LightRules
from pathways.models import CarePlan, Task

END_OF_DAY = datetime.time(18, 0)


def tell_therapist(plan: CarePlan, judged: list[JudgedEntry], *, by: User, now: datetime.datetime) -> None:
    """Make a task for each red entry (one working day), and block the plan for an alarming sign (today)."""
    for each in judged:
        if each.light is not Light.RED:
            continue
        if each.entry.rf_any:
            _alarm(plan, each, by=by, now=now)
        else:
            _red(plan, each, now=now)


def _alarm(plan: CarePlan, judged: JudgedEntry, *, by: User, now: datetime.datetime) -> None:
    with override(settings.LANGUAGE_CODE):
        description = _("New alarming sign in the diary: call the patient today.")
        made = _task(
            plan, f"alarm:{judged.entry.id}", description, urgency=Task.Urgency.URGENT, due_at=same_day(now), now=now
        )
        if made and plan.hold_reason != CarePlan.HoldReason.BLOCKED:
            block_plan(plan, reason=_("The patient reported a new alarming sign in the diary."), by=by, now=now)


def _red(plan: CarePlan, judged: JudgedEntry, *, now: datetime.datetime) -> None:
    with override(settings.LANGUAGE_CODE):
        day = f"{timezone.localtime(judged.entry.start):%d/%m}"
        description = _("Red light on %(day)s: look at the diary and call.") % {"day": day}
        _task(plan, f"red-light:{judged.entry.id}", description, due_at=next_working_day(now), now=now)


def tell_therapist_of_edit(
    plan: CarePlan, before: JudgedEntry, after: JudgedEntry, *, by: User, now: datetime.datetime
) -> None:
    """Make a task when a correction changed the colour of an entry. A step already granted stays."""
    if before.light is after.light or by.pk == plan.practitioner.user_id:
        return
    with override(settings.LANGUAGE_CODE):
        description = _("Diary of %(day)s corrected: %(before)s became %(after)s.") % {
            "day": f"{timezone.localtime(after.entry.start):%d/%m}",
            "before": light_word(before.light),
            "after": light_word(after.light),
        }
        key = f"edit-{before.light.lower()}-{after.light.lower()}:{after.entry.id}"
        _task(plan, key, description, kind=Task.Kind.REVIEW, due_at=next_working_day(now), now=now)


def tell_therapist_of_other_side(
    plan: CarePlan, entries: list[Entry], rules: LightRules, *, now: datetime.datetime
) -> None:
    """Make one task a week when the other side hurts often enough; it never changes the light of this one.

    `entries` are those of the days around: the sore ones need not lie close together.
    """
    if plan.side not in {"L", "R"} or not other_side_alert(entries, plan.side, rules):
        return
    year, week, _day = timezone.localtime(now).isocalendar()
    with override(settings.LANGUAGE_CODE):
        description = _("Pain on the other side was logged more than once: ask about it.")
        key = f"other-side-{year}-{week}:{plan.pk}"
        _task(plan, key, description, kind=Task.Kind.REVIEW, due_at=next_working_day(now), now=now)


def light_word(light: Light) -> str:
    """The colour in a person's words."""
    return {
        Light.RED: _("red"),
        Light.AMBER: _("amber"),
        Light.GREEN: _("green"),
        Light.PENDING: _("waiting for tomorrow"),
        Light.UNRESOLVED: _("not answered"),
    }[light]


def _task(
    plan: CarePlan,
    source_key: str,
    description: str,
    *,
    due_at: datetime.datetime,
    now: datetime.datetime,
    kind: str = Task.Kind.RED_LIGHT,
    urgency: str = Task.Urgency.ROUTINE,
) -> bool:
    """Make the task unless its cause already has one; say whether it is new."""
    _task_row, is_new = Task.objects.get_or_create(
        source_key=source_key,
        defaults={
            "patient_id": plan.patient_id,
            "episode_id": plan.episode_id,
            "plan": plan,
            "kind": kind,
            "urgency": urgency,
            "description": description,
            "due_at": due_at,
            "created_at": now,
        },
    )
    return bool(is_new)


def same_day(now: datetime.datetime) -> datetime.datetime:
    """The end of today's working day in Brussels, or an hour from now when that has passed."""
    return max(_closing(timezone.localtime(now).date()), now + datetime.timedelta(hours=1))


def next_working_day(now: datetime.datetime) -> datetime.datetime:
    """The end of the next working day: weekends and Belgian holidays do not count."""
    day = timezone.localtime(now).date()
    closed = holidays.country_holidays("BE", years=[day.year, day.year + 1])
    day += datetime.timedelta(days=1)
    while day.weekday() >= 5 or day in closed:
        day += datetime.timedelta(days=1)
    return _closing(day)


def _closing(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, END_OF_DAY))
