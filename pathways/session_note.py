"""The words that a session note begins with: what the record says, in short sentences that the therapist may change.

Nothing is concluded here. What was not logged or not measured is said, and never reads as good news.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.day_words import day_in_words
from pathways.diary import is_session
from pathways.engine.lights import JudgedEntry, Light
from pathways.models import Decision, DiaryEntry, FollowUp
from pathways.plan_history import proposal_word
from pathways.progress import NO_LIGHT, PlanProgress
from patients.chart import value_text
from patients.content_words import spoken
from patients.models import Observation

HERE_SHOWN, BEFORE_SHOWN, EVENTS_SHOWN = 12, 6, 4
BEFORE_DAYS = 28


@dataclass(frozen=True)
class Since:
    """The stretch of time that a note tells of: from the last contact (or the start of the plan) to this one."""

    start: datetime.datetime
    end: datetime.datetime
    is_first: bool = False


@dataclass(frozen=True)
class Known:
    """What was read for the words of one note. `observations`: the latest of each measure and side, with measures."""

    seen: PlanProgress
    since: Since
    observations: Sequence[Observation]
    encounter: Any
    decisions: Sequence[Decision]
    next_visit: Any
    follow_up: FollowUp | None


def prefill(known: Known) -> dict[str, str]:
    """Return the texts that a note of a plan begins with, by field."""
    return {
        "subjective": " ".join(since_words(known.seen, known.since, known.decisions)),
        "objective": "\n".join(objective_words(known)),
        "assessment": " ".join(assessment_words(known.seen)),
        "plan": " ".join(plan_words(known)),
    }


def since_words(seen: PlanProgress, since: Since, decisions: Sequence[Decision] = ()) -> list[str]:
    """Return what changed since last time: load, pain, lights, exercises, and what happened to the plan.

    Two to five sentences. Pain is NPRS 0-10 of the affected side; distances are km.
    """
    logged = [row for row in seen.entries if since.start <= row.started_at < since.end]
    judged = [each for each in seen.judged if since.start <= each.entry.start < since.end]
    events = _event_words(seen, since, decisions)
    if not logged:
        nothing = _("Nothing was logged since %(day)s.") % {"day": day_words(since.start)}
        return [nothing, _("That says nothing about the pain: ask."), *events]
    pain = _pain_words(seen, judged, since)
    return [_load_words(logged, since), *pain, *_light_words(judged), _exercise_words(seen, logged), *events]


def _load_words(logged: Sequence[DiaryEntry], since: Since) -> str:
    runs = [row for row in logged if row.kind == DiaryEntry.Kind.RUN and is_session(row)]
    day = day_words(since.start)
    if not runs:
        return _("No run was logged since %(day)s.") % {"day": day}
    known = [row.distance_km for row in runs if row.distance_km is not None]
    words = ngettext("%(count)s run since %(day)s", "%(count)s runs since %(day)s", len(runs))
    said = words % {"count": len(runs), "day": day}
    if known:
        said += ", " + _("%(km)s km in all") % {"km": number(sum(known, Decimal(0)))}
    if len(known) < len(runs):
        missing = len(runs) - len(known)
        said += " " + _("(%(count)s without a distance)") % {"count": missing}
    return f"{said}."


def _pain_words(seen: PlanProgress, judged: Sequence[JudgedEntry], since: Since) -> list[str]:
    worst = _highest(map(_pain_of, judged))
    if worst is None:
        return [_("No pain score was filled in.")]
    said = _("Worst pain %(score)s/10") % {"score": worst}
    before = since.start - (since.end - since.start)
    earlier = _highest(_pain_of(each) for each in seen.judged if before <= each.entry.start < since.start)
    if earlier is not None and not since.is_first:
        said += " " + _("(the time before: %(score)s/10)") % {"score": earlier}
    morning = _highest(each.next for each in judged)
    if morning is not None:
        said += ", " + _("the morning after at most %(score)s/10") % {"score": morning}
    return [f"{said}."]


def _pain_of(each: JudgedEntry) -> int | None:
    """The worst of a session and the hour after; of a day of rest, or a run that was not begun, the one score."""
    return each.peak if each.entry.is_session else each.entry.pre


def _light_words(judged: Sequence[JudgedEntry]) -> list[str]:
    lights = [each.light for each in judged]
    words = {Light.GREEN: _("green"), Light.AMBER: _("amber"), Light.RED: _("red")}
    counted = [f"{lights.count(light)} {word}" for light, word in words.items() if light in lights]
    waiting = lights.count(Light.PENDING) + lights.count(Light.UNRESOLVED)
    if waiting:
        counted.append(_("%(count)s without the morning after") % {"count": waiting})
    return [_("Lights: %(lights)s.") % {"lights": ", ".join(counted)}] if counted else []


def _exercise_words(seen: PlanProgress, logged: Sequence[DiaryEntry]) -> str:
    times = sum(1 for row in logged if row.kind == DiaryEntry.Kind.EXERCISE)
    if not times:
        return _("No exercises were logged; whether they were done is not known.")
    said = ngettext("Exercises logged %(count)s time", "Exercises logged %(count)s times", times) % {"count": times}
    if seen.adherence is not None:
        share, day = round(seen.adherence.share * 100), day_in_words(seen.adherence.since, "j F")
        said += " " + _("(%(share)s percent of what was asked since %(day)s)") % {"share": share, "day": day}
    return f"{said}."


def _event_words(seen: PlanProgress, since: Since, decisions: Sequence[Decision]) -> list[str]:
    """Pauses and decisions in one sentence, or none."""
    first, last = timezone.localdate(since.start), timezone.localdate(since.end)
    parts = [
        _("%(what)s on %(day)s") % {"what": row.get_kind_display(), "day": day_words(row.made_at)}
        for row in decisions
        if since.start < row.made_at <= since.end
    ]
    for pause in seen.pauses:
        if pause.started_on <= last and (pause.ended_on is None or pause.ended_on >= first):
            words = {"reason": pause.get_reason_code_display(), "day": day_in_words(pause.started_on, "j F")}
            stood_still = _("stood still from %(day)s (%(reason)s)")
            stands_still = _("stands still since %(day)s (%(reason)s)")
            parts.append((stands_still if pause.ended_on is None else stood_still) % words)
    said = "; ".join([*dict.fromkeys(parts)][-EVENTS_SHOWN:])
    return [_("The plan: %(events)s.") % {"events": said}] if said else []


def objective_words(known: Known) -> list[str]:
    """Return what was measured at this contact, and the latest values of before with their day."""
    here = [row for row in known.observations if row.encounter_id == known.encounter.pk]
    recent = known.since.end - datetime.timedelta(days=BEFORE_DAYS)
    before = [row for row in known.observations if row.encounter_id != known.encounter.pk]
    before = [row for row in before if row.effective_at >= recent]
    before.sort(key=lambda row: row.effective_at, reverse=True)
    nothing = _("Nothing measured at this contact.")
    lines = [_("Measured now: %(values)s.") % {"values": values_words(here[:HERE_SHOWN])} if here else nothing]
    if before:
        shown = before[: 3 if here else BEFORE_SHOWN]
        lines.append(_("Before: %(values)s.") % {"values": values_words(shown, dated=True)})
    return lines


def values_words(rows: Iterable[Observation], *, dated: bool = False) -> str:
    """Return values with their measure, side and unit, and the day when asked."""
    return "; ".join(_value_words(row, dated=dated) for row in rows)


def _value_words(row: Observation, *, dated: bool) -> str:
    side = {"L": _("left"), "R": _("right")}.get(row.side, "")
    unit = row.unit if row.unit.startswith("/") else f" {spoken(row.unit)}".rstrip()
    day = f" ({date_format(timezone.localtime(row.effective_at), 'j/n')})" if dated else ""
    return f"{' '.join(part for part in (spoken(row.measure.label), side) if part)} {value_text(row)}{unit}{day}"


def assessment_words(seen: PlanProgress) -> list[str]:
    """Return the light, the phase and what the system proposes: a beginning, not a judgement."""
    lights = {"GREEN": _("green"), "AMBER": _("amber"), "RED": _("red")}
    light = lights.get(seen.light)
    if light and seen.light_on:
        words = [_("Light: %(light)s on %(day)s.") % {"light": light, "day": day_in_words(seen.light_on, "j F")}]
    elif seen.light == NO_LIGHT:
        words = [_("No light: nothing logged in the last 7 days.")]
    else:
        words = [_("No light yet: the morning after is not filled in.")]
    place = {"phase": spoken(seen.phase.title), "week": seen.progress.weeks_in_phase + 1}
    words.append(_("Phase: %(phase)s, week %(week)s.") % place)
    if seen.plan.status in {"active", "on-hold"}:
        proposal = proposal_word(seen.progress.proposal.value)
        words.append(_("The system proposed: %(proposal)s.") % {"proposal": proposal})
    return words


def plan_words(known: Known) -> list[str]:
    """Return the next visit, or that none is booked, and how far may be run."""
    words = []
    if known.next_visit is not None:
        moment = date_format(timezone.localtime(known.next_visit.start), "l j F H:i")
        words.append(_("Next visit: %(moment)s.") % {"moment": moment})
    else:
        words.append(_("No next visit is booked."))
    if known.next_visit is None and known.follow_up is not None:
        span = {"first": known.follow_up.window_start, "last": known.follow_up.window_end}
        days = {name: day_in_words(day, "j F") for name, day in span.items()}
        words.append(_("The plan calls for one between %(first)s and %(last)s.") % days)
    most = known.seen.progress.next_max_km
    if most is not None and not known.seen.is_blocked and known.seen.plan.status == "active":
        words.append(_("At most %(km)s km this week.") % {"km": number(most)})
    return words


def day_words(moment: datetime.datetime) -> str:
    """Return a day in Brussels as it is said: "16 november"."""
    return day_in_words(timezone.localtime(moment), "j F")


def number(value: Decimal | float) -> str:
    """Return a number with at most one decimal, as the language writes it, and no zeros that say nothing."""
    return f"{float(value):.1f}".removesuffix(".0").replace(".", str(get_format("DECIMAL_SEPARATOR")))


def _highest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def texts_of(note: Any | None, begun: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in the fields: the draft as it was saved, else the words to begin with."""
    return {name: getattr(note, name) if note is not None else text for name, text in begun.items()}
