"""What the patient logs, and what the practice hears of it (section 7 of the clinical content)."""

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.identifiers import uuid7
from accounts.kept_insert import insert
from accounts.kept_query import END, START, KeptObjects
from accounts.locking import locked
from accounts.models import Role, User
from accounts.versions import refuse_stale
from pathways.definitions import definition_of
from pathways.diary_alerts import tell_therapist, tell_therapist_of_edit, tell_therapist_of_other_side
from pathways.diary_input import Report, checked, is_near, merged, rating_error
from pathways.engine.lights import Entry, JudgedEntry, judge, same_side
from pathways.engine.model import LightRules
from pathways.exceptions import AnswerNotOpen, DuplicateEntry, EntryLocked
from pathways.models import CarePlan, DiaryEntry
from pathways.plan_lock import lock_plan

SAME_START = datetime.timedelta(minutes=10)
EDITABLE_BY_PATIENT = datetime.timedelta(hours=24)
# Judging one entry looks at the pain of the seven days before and at sessions up to 36 hours after.
LOOK_BACK = datetime.timedelta(days=9)
LOOK_AHEAD = datetime.timedelta(days=3)
# Stand-ins of the kept queries.
_PATIENT, _PLAN, _KEY = UUID(int=2), UUID(int=3), "the key of an entry"


def log_entry(
    plan: CarePlan,
    *,
    kind: str,
    started_at: datetime.datetime,
    ended_at: datetime.datetime,
    client_key: str,
    by: User,
    now: datetime.datetime,
    side: str | None = None,
    pre: int | None = None,
    during: int | None = None,
    after: int | None = None,
    next: int | None = None,
    limp: bool = False,
    painkiller_24h: bool = False,
    aborted: bool = False,
    rf_any: bool = False,
    distance_km: Any = None,
    onset_km: Any = None,
    exercises_done: Iterable[str] = (),
    note: str = "",
    step: str = "",
    on_duplicate: str = "ask",
) -> DiaryEntry:
    """Save what the patient reports of one session, and tell the therapist when it is red or alarming.

    Pain is NPRS 0-10, whole (`next`: 12-36 h after the end); distances in km; `side` defaults to the plan's. A blocked
    plan still takes entries. The same `client_key` twice gives the same row. Raises InvalidInput, PlanEnded, and
    DuplicateEntry when a session of this kind and side began within 10 minutes and `on_duplicate` is "ask" ("merge"
    joins both, "keep" saves a second one).
    """
    report = Report(
        kind, started_at, ended_at, side, pre, during, after, next, limp, painkiller_24h, aborted, rf_any,
        distance_km, onset_km, tuple(exercises_done), note, step,
    )  # fmt: skip
    with transaction.atomic():
        plan = lock_plan(plan)
        return take_report(plan, report, client_key=client_key, on_duplicate=on_duplicate, by=by, now=now).entry


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry that was logged: whether it is a new row, and its light when that had to be worked out for it."""

    entry: DiaryEntry
    is_new: bool = False
    judged: JudgedEntry | None = None


def take_report(
    plan: CarePlan,
    report: Report,
    *,
    client_key: str,
    on_duplicate: str,
    by: User,
    now: datetime.datetime,
    pk: UUID | None = None,
) -> Logged:
    """Do what `log_entry` does with a report, and say what came of it. Two queries when nobody has to hear of it.

    The plan's row is locked, and the caller's transaction ends with whatever this raises. `pk` is the id of a new row.
    """
    there = _neighbours(plan, report, client_key, now)
    known = next((row for row in there if row.client_key == client_key), None)
    if known is not None:
        return Logged(known)
    report = checked(report, plan, definition_of(plan.pathway_version), now=now)
    twin = _twin(there, report)
    if twin is not None and on_duplicate == "ask":
        raise DuplicateEntry(twin)
    if twin is not None and on_duplicate == "merge":
        entry = _merge(twin, report, now=now)
        around = _tell(plan, entry, by=by, now=now)
    else:
        entry = _create(plan, report, pk or uuid7(), client_key=client_key, by=by, now=now)
        rows = sorted([*there, entry], key=lambda row: (row.started_at, row.pk))
        around = _tell_of(plan, entry, rows, by=by, now=now)
    judged = next(each for each in around if each.entry.id == str(entry.pk))
    return Logged(entry, is_new=entry is not twin, judged=judged)


def _neighbours(plan: CarePlan, report: Report, client_key: str, now: datetime.datetime) -> list[DiaryEntry]:
    """The entries of the plan among which a new one is judged, and that with the same key. One query."""
    values: dict[Any, Any] = {_PATIENT: plan.patient_id, _KEY: client_key}
    looks_around = is_near(report, now)
    if looks_around:
        values |= {_PLAN: plan.pk, START: report.started_at - LOOK_BACK, END: report.ended_at + LOOK_AHEAD}
    return _neighbours_in_words(looks_around=looks_around).ask(values)


@cache
def _neighbours_in_words(*, looks_around: bool) -> KeptObjects[DiaryEntry]:
    wanted = Q(patient_id=_PATIENT, client_key=_KEY)
    if looks_around:
        wanted |= Q(plan_id=_PLAN, started_at__range=(START, END))
    return KeptObjects.of(DiaryEntry.objects.filter(wanted).order_by("started_at", "id"))


def log_not_today(
    plan: CarePlan,
    *,
    pre: int,
    client_key: str,
    by: User,
    now: datetime.datetime,
    side: str | None = None,
    at: datetime.datetime | None = None,
) -> DiaryEntry:
    """Save the check before a run that said "not today" (pain of 4 or more): amber, without a session.

    `at` is the moment of the check, when it arrives later than it was made.
    """
    moment = at or now
    return log_entry(
        plan, kind=DiaryEntry.Kind.RUN, started_at=moment, ended_at=moment, side=side, pre=pre,
        client_key=client_key, by=by, now=now, on_duplicate="merge",
    )  # fmt: skip


def _create(
    plan: CarePlan, report: Report, pk: UUID, *, client_key: str, by: User, now: datetime.datetime
) -> DiaryEntry:
    entry = DiaryEntry(
        id=pk,
        plan=plan,
        patient_id=plan.patient_id,
        client_key=client_key,
        created_by=by,
        created_at=now,
        next_given_at=None if report.next is None else now,
        **report.values(),
    )
    insert(entry)
    return entry


def _merge(entry: DiaryEntry, report: Report, *, now: datetime.datetime) -> DiaryEntry:
    row = {name: getattr(entry, name) for name in report.values()}
    values = merged(row, report)
    if entry.next is None and values["next"] is not None:
        values["next_given_at"] = now
    return _write(entry, values)


def _write(entry: DiaryEntry, values: dict[str, Any]) -> DiaryEntry:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(values))
    return entry


def _twin(entries: Iterable[DiaryEntry], report: Report) -> DiaryEntry | None:
    """The first entry of the same kind and side that began within 10 minutes."""
    same = [row for row in entries if (row.kind, row.side) == (report.kind, report.side)]
    return next((row for row in same if abs(row.started_at - report.started_at) <= SAME_START), None)


def as_entry(row: DiaryEntry) -> Entry:
    """The row in the engine's terms."""
    return Entry(
        start=row.started_at,
        end=row.ended_at,
        kind=row.kind,
        side=row.side,
        pre=row.pre,
        during=row.during,
        after=row.after,
        next=row.next,
        limp=row.limp,
        painkiller_24h=row.painkiller_24h,
        aborted=row.aborted,
        rf_any=row.rf_any,
        step=row.step or None,
        distance_km=None if row.distance_km is None else float(row.distance_km),
        id=str(row.pk),
    )


def as_counted(row: DiaryEntry) -> Entry:
    """The row as the rules of a plan count it: a "not today" is amber but no run, so that no step is done by it."""
    entry = as_entry(row)
    return entry if entry.is_session or entry.kind != "run" else dataclasses.replace(entry, kind="other")


def _tell(plan: CarePlan, entry: DiaryEntry, *, by: User, now: datetime.datetime) -> list[JudgedEntry]:
    """Judge what a change touches and let the therapist hear of it."""
    return _tell_of(plan, entry, _around(plan, entry), by=by, now=now)


def _tell_of(
    plan: CarePlan, entry: DiaryEntry, rows: Sequence[DiaryEntry], *, by: User, now: datetime.datetime
) -> list[JudgedEntry]:
    around = _touched(plan, entry, rows, now)
    tell_therapist(plan, around, by=by, now=now)
    if entry.side != plan.side:
        rules = definition_of(plan.pathway_version).lights
        tell_therapist_of_other_side(plan, [as_entry(row) for row in rows], rules, now=now)
    return around


def judge_around(plan: CarePlan, entry: DiaryEntry, *, now: datetime.datetime) -> list[JudgedEntry]:
    """Judge the entries whose light this one can touch: its own day, the one before and the one after. Two queries."""
    return _touched(plan, entry, _around(plan, entry), now)


def _around(plan: CarePlan, entry: DiaryEntry) -> list[DiaryEntry]:
    since, until = entry.started_at - LOOK_BACK, entry.ended_at + LOOK_AHEAD
    return list(plan.diary.filter(started_at__range=(since, until)).order_by("started_at", "id"))


def _touched(
    plan: CarePlan, entry: DiaryEntry, rows: Iterable[DiaryEntry], now: datetime.datetime
) -> list[JudgedEntry]:
    rules = definition_of(plan.pathway_version).lights
    touched = entry.started_at - datetime.timedelta(days=2)
    return judge([as_entry(row) for row in rows], now=now, rules=rules, since=touched)


def judged_entry(entry: DiaryEntry, *, now: datetime.datetime) -> JudgedEntry:
    """Return one entry with its light, judged among its neighbours. Three queries."""
    around = judge_around(entry.plan, entry, now=now)
    return next(each for each in around if each.entry.id == str(entry.pk))


def open_morning_question(plan: CarePlan, now: datetime.datetime) -> list[DiaryEntry]:
    """Return the sessions that wait for the morning-after answer: ended 12-36 h ago, oldest first. One query.

    Sessions less than 12 hours apart are asked about once. The pain before a later session counts as the answer.
    """
    since = _asked_since(definition_of(plan.pathway_version).lights, now)
    recent = plan.diary.filter(ended_at__gte=since, ended_at__lte=now).order_by("started_at", "id")
    return morning_questions_among(recent, definition_of(plan.pathway_version).lights, now)


def morning_questions_among(
    entries: Iterable[DiaryEntry], rules: LightRules, now: datetime.datetime
) -> list[DiaryEntry]:
    """Return what `open_morning_question` does, of entries that were read already, oldest first. No query."""
    since = _asked_since(rules, now)
    rows = [row for row in entries if since <= row.ended_at <= now]
    judged = {each.entry.id: each for each in judge([as_entry(row) for row in rows], now=now, rules=rules)}
    return [
        row
        for row in rows
        if is_session(row)
        and judged[str(row.pk)].next is None
        and _window_is_open(_together(row, rows, rules), rules, now)
    ]


def _asked_since(rules: LightRules, now: datetime.datetime) -> datetime.datetime:
    """The earliest end of a session that can wait for an answer, or is asked about together with one that does."""
    return now - datetime.timedelta(hours=rules.next_until_hours + 2 * rules.together_hours)


def is_session(row: DiaryEntry) -> bool:
    """Whether something was done: rest days and "not today" have no morning after."""
    return row.kind != DiaryEntry.Kind.REST and not (row.ended_at == row.started_at and row.during is None)


def _together(row: DiaryEntry, rows: Iterable[DiaryEntry], rules: LightRules) -> list[DiaryEntry]:
    """The row and the sessions of the same knee that follow each other within 12 hours."""
    group, apart = [row], datetime.timedelta(hours=rules.together_hours)
    grown = True
    while grown:
        near = [
            other
            for other in rows
            if other not in group
            and is_session(other)
            and any(same_side(as_entry(other), as_entry(each)) and _gap(other, each) < apart for each in group)
        ]
        group += near
        grown = bool(near)
    return group


def _gap(one: DiaryEntry, other: DiaryEntry) -> datetime.timedelta:
    first, second = sorted((one, other), key=lambda row: row.started_at)
    return second.started_at - first.ended_at


def _window_is_open(group: list[DiaryEntry], rules: LightRules, now: datetime.datetime) -> bool:
    waited = now - max(row.ended_at for row in group)
    return datetime.timedelta(hours=rules.next_from_hours) <= waited <= datetime.timedelta(hours=rules.next_until_hours)


def answer_next(
    entry: DiaryEntry,
    value: int,
    *,
    by: User,
    now: datetime.datetime,
    after: int | None = None,
    at: datetime.datetime | None = None,
) -> list[DiaryEntry]:
    """Save the pain of the morning after (NPRS 0-10) for a session and those less than 12 hours from it.

    Open from 12 to 36 hours after the end of the last of them. `after` fills in the first hour after where it was left
    open; `at` is when it was given, when it arrives later: an answer given after that stands. Returns the sessions
    answered. Raises InvalidInput and AnswerNotOpen; the same answer twice changes nothing.
    """
    moment = at or now
    errors = {"next": rating_error(-1 if value is None else value), "after": rating_error(after)}
    if any(errors.values()):
        wrong = {name: error for name, error in errors.items() if error}
        raise InvalidInput(_("Some values cannot be taken."), errors=wrong)
    with transaction.atomic():
        plan = lock_plan(entry.plan)
        rules = definition_of(plan.pathway_version).lights
        rows = list(plan.diary.filter(started_at__range=(entry.started_at - LOOK_AHEAD, entry.ended_at + LOOK_AHEAD)))
        group = _together(next(row for row in rows if row.pk == entry.pk), rows, rules)
        if not _window_is_open(group, rules, moment):
            raise AnswerNotOpen(_("The morning-after question is open from 12 to 36 hours after the session."))
        answered = []
        for row in sorted(group, key=lambda session: session.started_at):
            if row.next_given_at is not None and row.next_given_at > moment:
                continue
            filled = {"after": after} if after is not None and row.after is None else {}
            answered.append(_write(row, {"next": value, "next_given_at": moment, **filled}))
        _tell(plan, entry, by=by, now=now)
        return answered


def may_edit(entry: DiaryEntry, *, by: User, now: datetime.datetime) -> bool:
    """Whether someone may still correct an entry: the patient for 24 hours after logging it, a therapist always."""
    if by.role == Role.PATIENT:
        return now - entry.created_at <= EDITABLE_BY_PATIENT
    return by.role == Role.THERAPIST


def edit_entry(
    entry: DiaryEntry, *, by: User, now: datetime.datetime, version: int | None = None, **changes: Any
) -> DiaryEntry:
    """Correct an entry (fields as in `log_entry`, without client_key). The old values stay in the history.

    Lights are recomputed; a change of colour is told to the therapist and never takes back a step. `version` is the one
    that the editor saw. Raises EditConflict, EntryLocked, InvalidInput, PlanEnded.
    """
    if not may_edit(entry, by=by, now=now):
        raise EntryLocked(_("You can change an entry for 24 hours. After that your physiotherapist can."))
    with transaction.atomic():
        plan = lock_plan(entry.plan)
        row = locked(plan.diary.all(), entry.pk)
        before = judged_entry(row, now=now)
        names = Report.__dataclass_fields__
        values = {name: getattr(row, name) for name in names} | changes
        values["exercises_done"] = tuple(values["exercises_done"])
        definition = definition_of(plan.pathway_version)
        report = checked(Report(**values), plan, definition, now=now, logged_at=row.created_at)
        refuse_stale(row, version=version, given={name: report.values()[name] for name in changes})
        given = {"next_given_at": now} if report.next != row.next else {}
        row = _write(row, {**report.values(), **given})
        around = _tell(plan, row, by=by, now=now)
        after = next(each for each in around if each.entry.id == str(row.pk))
        tell_therapist_of_edit(plan, before, after, by=by, now=now)
        return row
