"""A plan stands still for an illness or a holiday: its weeks do not count, its visits come later, nothing is lost."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.decision_log import held, note_decision, set_status
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, Decision, FollowUp, PlanPause

Status, Hold = CarePlan.Status, CarePlan.HoldReason


@dataclass(frozen=True)
class Paused:
    """A pause begun or ended. `booked` are visits in the agenda that fall in it: nobody moved them."""

    plan: CarePlan
    pause: PlanPause
    booked: tuple[FollowUp, ...] = ()


@transaction.atomic
def pause_plan(
    plan: CarePlan,
    *,
    reason_code: str,
    reason: str,
    started_on: datetime.date,
    by: User,
    now: datetime.datetime,
) -> Paused:
    """Let a running plan stand still from a day on, today or before. The diary still takes entries.

    Raises PlanRefused when the plan is not running, InvalidInput for a reason or a day that cannot be taken. Visits
    that are booked stay in the agenda; those from that day on are returned.
    """
    locked = held(plan)
    if locked.status != Status.ACTIVE:
        raise PlanRefused(_("Only a plan that runs can be paused."))
    _refuse_pause(locked, reason_code, reason.strip(), started_on, timezone.localtime(now).date())
    pause = PlanPause.objects.create(
        plan=locked, started_on=started_on, reason_code=reason_code, reason=reason.strip(), made_by=by, made_at=now
    )
    set_status(locked, Status.ON_HOLD, Hold.PAUSED)
    booked = _booked(locked, started_on, None)
    evidence = {"started_on": started_on.isoformat(), "reason_code": reason_code, "booked": _keys(booked)}
    note_decision(locked, Decision.Kind.PAUSE, reason=_words(pause), by=by, now=now, evidence=evidence)
    return Paused(locked, pause, booked)


@transaction.atomic
def resume_plan(plan: CarePlan, *, on: datetime.date, by: User, now: datetime.datetime) -> Paused:
    """Take a paused plan up again from a day on, today or before: visits to book come later by the days it stood still.

    Raises PlanRefused for a plan that is not paused or that a red flag blocks, InvalidInput for a day that cannot be.
    Booked visits stay where they are; those that fall in the pause, or that come too early now, are returned.
    """
    locked = held(plan)
    pause = locked.pauses.filter(ended_on__isnull=True).first()
    if pause is None:
        raise PlanRefused(_("This plan is not paused."))
    if locked.hold_reason == Hold.BLOCKED:
        raise PlanRefused(_("A red flag blocks this plan: it needs a physician's clearance first."))
    if not pause.started_on <= on <= timezone.localtime(now).date():
        why = _("Choose a day from the start of the pause until today.")
        raise InvalidInput(_("Some values cannot be taken."), errors={"on": [why]})
    days = (on - pause.started_on).days
    booked = _booked(locked, pause.started_on, now)
    _shift(locked, pause.started_on, days, leaving=booked)
    pause.ended_on = on
    pause.save(update_fields=["ended_on"])
    set_status(locked, Status.ACTIVE)
    evidence = {"days": days, "started_on": pause.started_on.isoformat(), "on": on.isoformat(), "booked": _keys(booked)}
    note_decision(locked, Decision.Kind.RESUME, reason="", by=by, now=now, evidence=evidence)
    return Paused(locked, pause, booked)


def paused_days(pauses: Iterable[PlanPause], since: datetime.date, until: datetime.date) -> int:
    """Return on how many days from a day up to (not with) another a plan stood still. Pauses do not overlap."""
    total = 0
    for pause in pauses:
        end = until if pause.ended_on is None else min(pause.ended_on, until)
        total += max(0, (end - max(pause.started_on, since)).days)
    return total


def close_open_pause(plan: CarePlan, on: datetime.date) -> None:
    """End the pause of a plan that ends: a pause does not outlive its plan."""
    for pause in plan.pauses.filter(ended_on__isnull=True):
        pause.ended_on = max(on, pause.started_on)
        pause.save(update_fields=["ended_on"])


def _refuse_pause(
    plan: CarePlan, reason_code: str, reason: str, started_on: datetime.date, today: datetime.date
) -> None:
    errors: dict[str, list[str]] = {}
    if reason_code not in PlanPause.Reason.values:
        errors["reason_code"] = [_("Choose a reason.")]
    if reason_code == PlanPause.Reason.OTHER and not reason:
        errors["reason"] = [_("Write down why.")]
    if not plan.started_on <= started_on <= today:
        errors["started_on"] = [_("Choose a day from the start of the plan until today.")]
    elif plan.pauses.filter(ended_on__gt=started_on).exists():
        errors["started_on"] = [_("The plan already stood still on that day.")]
    if errors:
        raise InvalidInput(_("Some values cannot be taken."), errors=errors)


def _booked(plan: CarePlan, since: datetime.date, now: datetime.datetime | None) -> tuple[FollowUp, ...]:
    """Visits of the plan in the agenda from a day on that did not take place; from a moment on when one is given."""
    rows = plan.follow_ups.select_related("appointment").filter(is_dropped=False, appointment__isnull=False)
    return tuple(
        row
        for row in rows
        if row.appointment.occupies
        and row.appointment.status != "fulfilled"
        and timezone.localtime(row.appointment.start).date() >= since
        and (now is None or row.appointment.start >= now)
    )


def _shift(plan: CarePlan, since: datetime.date, days: int, *, leaving: tuple[FollowUp, ...]) -> None:
    """Let the visits that are still to book come later: those whose window was not over when the pause began."""
    rows = plan.follow_ups.select_related("appointment").filter(is_dropped=False, window_end__gte=since)
    for row in rows:
        if row in leaving or (row.appointment is not None and row.appointment.occupies):
            continue
        row.window_start += datetime.timedelta(days=days)
        row.window_end += datetime.timedelta(days=days)
        row.save(update_fields=["window_start", "window_end"])


def _keys(rows: Iterable[FollowUp]) -> list[str]:
    return [str(row.pk) for row in rows]


def _words(pause: PlanPause) -> str:
    return ": ".join(part for part in (str(pause.get_reason_code_display()), pause.reason) if part)
