"""After the end: is it still well? Check-ins, a complaint that is back, and what was never answered."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.exceptions import InvalidInput
from accounts.locking import locked
from accounts.models import User
from pathways.decision_log import held
from pathways.diary_alerts import next_working_day
from pathways.diary_input import rating_error
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, CheckIn, Task

UNANSWERED_AFTER = datetime.timedelta(days=7)
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Relapse:
    """A complaint that is back: the answer, and the task that tells the therapist."""

    check_in: CheckIn
    task: Task


def due_check_in(plan: CarePlan, *, today: datetime.date) -> CheckIn | None:
    """Return the question that waits for an answer: the latest that is due, unless a later one was answered. One query.

    Earlier questions that nobody answered stay unanswered: that is not "well".
    """
    latest: CheckIn | None = plan.check_ins.filter(due_on__lte=today, week__isnull=False).order_by("-due_on").first()
    return latest if latest is not None and latest.answered_at is None else None


@transaction.atomic
def answer_check_in(
    check_in: CheckIn,
    *,
    is_back: bool,
    nprs_worst: int | None,
    load_jumped: bool | None,
    note: str,
    by: User,
    now: datetime.datetime,
) -> CheckIn:
    """Keep how it goes after the end. `nprs_worst`: worst pain of the last 7 days, 0-10. "It is back" makes the task.

    Raises InvalidInput for pain that cannot be, PlanRefused when it is not due yet or was answered before.
    """
    _refuse_answer(nprs_worst, note)
    row: CheckIn = locked(CheckIn.objects.select_related("plan"), check_in.pk)
    if row.answered_at is not None:
        raise PlanRefused(_("This question was already answered."))
    if row.due_on > timezone.localtime(now).date():
        raise PlanRefused(_("This question is not open yet."))
    row.is_back, row.nprs_worst, row.load_jumped = is_back, nprs_worst, load_jumped
    row.note, row.answered_at, row.answered_by = note.strip(), now, by
    row.save()
    if is_back:
        _tell(row.plan, row, now)
    return row


@transaction.atomic
def report_relapse(
    plan: CarePlan,
    *,
    nprs_worst: int | None,
    load_jumped: bool | None,
    note: str,
    by: User,
    now: datetime.datetime,
) -> Relapse:
    """Keep that a complaint is back after the end of its plan, and let the therapist know by the next working day.

    Pain, load and note may come later: what is said again on the same day completes the first report. A plan has one
    open task for it. Raises PlanRefused for a plan that still runs, InvalidInput for pain that cannot be.
    """
    _refuse_answer(nprs_worst, note)
    locked = held(plan)
    if locked.status in {CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD}:
        raise PlanRefused(_("The plan still runs: write it in the diary."))
    row = _report_of_today(locked, now) or CheckIn(plan=locked, due_on=timezone.localtime(now).date(), is_back=True)
    row.answered_at, row.answered_by = row.answered_at or now, by
    row.nprs_worst = row.nprs_worst if nprs_worst is None else nprs_worst
    row.load_jumped = row.load_jumped if load_jumped is None else load_jumped
    row.note = note.strip() or row.note
    row.save()
    return Relapse(row, _tell(locked, row, now))


def unanswered_check_ins(user: User, *, today: datetime.date) -> QuerySet[CheckIn]:
    """Return the latest question of each ended plan that waits for longer than a week, oldest first. One query.

    A plan that was taken up again, or whose patient answered a later question, is left out.
    """
    later = CheckIn.objects.filter(plan=OuterRef("plan"), answered_at__isnull=False, due_on__gte=OuterRef("due_on"))
    rows = CheckIn.objects.visible_to(user).filter(
        answered_at__isnull=True, due_on__lt=today - UNANSWERED_AFTER, plan__restarts__isnull=True
    )
    latest = rows.filter(~Exists(later)).order_by("plan_id", "-due_on").distinct("plan_id")
    found: QuerySet[CheckIn] = CheckIn.objects.filter(pk__in=latest.values("pk")).order_by("due_on", "id")
    return found.select_related("plan__patient", "plan__practitioner")


def _refuse_answer(nprs_worst: int | None, note: str) -> None:
    errors = {}
    wrong = rating_error(nprs_worst)
    if wrong:
        errors["nprs_worst"] = [wrong]
    if len(note) > LONGEST_NOTE:
        errors["note"] = [_("A note has 500 characters at most.")]
    if errors:
        raise InvalidInput(_("Some values cannot be taken."), errors=errors)


def _report_of_today(plan: CarePlan, now: datetime.datetime) -> CheckIn | None:
    found: CheckIn | None = plan.check_ins.filter(
        week__isnull=True, is_back=True, due_on=timezone.localtime(now).date()
    ).first()
    return found


def _tell(plan: CarePlan, check_in: CheckIn, now: datetime.datetime) -> Task:
    """Make the therapist's task, without a clinical word, unless one is open."""
    task: Task | None = Task.objects.open().filter(plan=plan, kind=Task.Kind.RELAPSE).first()
    if task is not None:
        return task
    with override(settings.LANGUAGE_CODE):
        description = _("The patient asks for contact after the end of the treatment: call.")
    task, _is_new = Task.objects.get_or_create(
        source_key=f"relapse:{check_in.pk}",
        defaults={
            "patient_id": plan.patient_id,
            "episode_id": plan.episode_id,
            "plan": plan,
            "kind": Task.Kind.RELAPSE,
            "urgency": Task.Urgency.ROUTINE,
            "description": description,
            "due_at": next_working_day(now),
            "created_at": now,
        },
    )
    return task
