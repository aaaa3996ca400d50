"""The three pages that log: what their form opens with, and how it is saved."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from fysicure.portal.forms import ExerciseForm, RestForm, RunForm, SessionForm, fresh_key, values_of
from fysicure.portal.reading import exercise_choices
from pathways.definitions import definition_of
from pathways.diary import edit_entry, log_entry, log_not_today
from pathways.models import CarePlan, DiaryEntry
from pathways.progress import assess_plan

Form = SessionForm | RestForm
EXERCISE_MINUTES, RUN_MINUTES = 25, 30


def run_form(plan: CarePlan, now: datetime.datetime, data: QueryDict | None, given: dict[str, Any]) -> RunForm:
    """The form of a run. It opens with the planned step, begun so long ago that it has just ended."""
    lights = definition_of(plan.pathway_version).lights
    initial = given if given or data is not None else _planned(plan, now)
    return RunForm(data, initial=initial, too_sore_from=lights.amber_pre)


def _planned(plan: CarePlan, now: datetime.datetime) -> dict[str, Any]:
    """What the plan asks today: the step with its minutes of running and walking, or half an hour."""
    if plan.status != CarePlan.Status.ACTIVE:
        return _just_now(plan, now, RUN_MINUTES)
    advice = assess_plan(plan, now=now).run_advice
    minutes = RUN_MINUTES
    if advice.step and advice.run_min is not None:
        minutes = round((advice.run_min + (advice.walk_min or 0)) * (advice.repetitions or 1))
    return {**_just_now(plan, now, minutes), "step": advice.step or ""}


def exercise_form(
    plan: CarePlan, now: datetime.datetime, data: QueryDict | None, given: dict[str, Any]
) -> ExerciseForm:
    """The form of an exercise session: all exercises of the phase are ticked."""
    choices = exercise_choices(plan, definition_of(plan.pathway_version), also=given.get("exercises", ()))
    ticked = {"exercises": [code for code, _name in choices]}
    return ExerciseForm(data, initial=given or _just_now(plan, now, EXERCISE_MINUTES) | ticked, exercises=choices)


def rest_form(plan: CarePlan, now: datetime.datetime, data: QueryDict | None, given: dict[str, Any]) -> RestForm:
    """The form of a day of rest."""
    return RestForm(data, initial=given or _just_now(plan, now, 0))


def _just_now(plan: CarePlan, now: datetime.datetime, minutes: int) -> dict[str, Any]:
    begun = timezone.localtime(now) - datetime.timedelta(minutes=minutes)
    side = plan.side if plan.side in {"L", "R"} else ""
    return {"client_key": fresh_key(), "day": begun.date(), "time": begun.time(), "minutes": minutes, "side": side}


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A page that logs one kind of entry."""

    kind: str
    template: str
    title: str | Promise
    form: Callable[..., Form]


RUN = SessionPage(DiaryEntry.Kind.RUN, "portal/log_run.html", _("Log a run"), run_form)
EXERCISES = SessionPage(DiaryEntry.Kind.EXERCISE, "portal/log_exercises.html", _("Exercises done"), exercise_form)
REST = SessionPage(DiaryEntry.Kind.REST, "portal/log_rest.html", _("A day without a session"), rest_form)
PAGES = {page.kind: page for page in (RUN, EXERCISES, REST)}


def save(
    page: SessionPage,
    plan: CarePlan,
    form: Form,
    *,
    by: User,
    now: datetime.datetime,
    on_duplicate: str,
    at: datetime.datetime | None = None,
) -> DiaryEntry:
    """Save a valid form as a new entry; a run that was rightly left out becomes "not today".

    `at` is when it was filled in, when it arrives later.
    """
    key = form.cleaned_data["client_key"]
    report = form.report(at or now) if isinstance(form, RestForm) else form.report()
    if isinstance(form, RunForm) and form.is_not_today(form.cleaned_data):
        return log_not_today(plan, pre=report["pre"], side=report["side"], client_key=key, by=by, now=now, at=at)
    return log_entry(plan, kind=page.kind, client_key=key, by=by, now=now, on_duplicate=on_duplicate, **report)


def edit_form(entry: DiaryEntry, now: datetime.datetime, data: QueryDict | None) -> Form:
    """The form of an existing entry, with its values."""
    return PAGES.get(entry.kind, RUN).form(entry.plan, now, data, values_of(entry))


def save_edit(entry: DiaryEntry, form: Form, *, by: User, now: datetime.datetime) -> DiaryEntry:
    """Correct an entry with a valid form. Times count as changed only when another moment was typed."""
    report = form.report(now) if isinstance(form, RestForm) else form.report()
    if not {"day", "time", "minutes"} & set(form.changed_data):
        report = {name: value for name, value in report.items() if name not in {"started_at", "ended_at"}}
    return edit_entry(entry, by=by, now=now, version=form.version_seen(), **report)
