"""The curves of a plan: pain, distance, strength, cadence and exercises, over its phases and decisions."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pathways.engine.conditions import OTHER
from pathways.engine.derived import DerivedValue, deficit_percent, percentage_target
from pathways.engine.findings import BOTH, SIDES
from pathways.engine.running import next_max_km
from pathways.loads import WEEK, as_day, monday_of, strength_adherence, weekly_distance
from pathways.models import Decision, DiaryEntry, ExercisePrescription
from pathways.page_language import number_words, spoken_progress
from pathways.pauses import paused_days
from pathways.plan_history import moments
from pathways.progress import DIARY_DAYS, PlanProgress
from patients.content_words import spoken
from patients.models import Observation

MOST_MARKS = 20


@dataclass(frozen=True)
class PlanChart:
    """One chart: its series, axes, and sentences (`words`) that say what it comes to."""

    title: str
    series: list[dict[str, Any]]
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    limit: float | None = None
    limit_label: str = ""
    band: tuple[float, float, str] | None = None
    empty: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanCharts:
    """Charts that share their days, phases and decisions. `timeline` is what the tag line_chart takes."""

    charts: tuple[PlanChart, ...]
    timeline: dict[str, Any]


def charts(seen: PlanProgress) -> dict[str, list[dict[str, Any]]]:
    """Series for the charts: pain of runs, km a week (unknown is no point), and after how many km it was felt.

    A pathway without running shows the pain of its other sessions.
    """
    runs = [each for each in seen.judged if (each.entry.kind == "run") == (seen.definition.running is not None)]
    pain = [(each.entry.start, each.peak) for each in runs]
    morning = [(each.entry.start, each.next) for each in runs]
    onset = [
        (row.started_at, float(row.onset_km)) for row in seen.entries if row.kind == "run" and row.onset_km is not None
    ]
    last = seen.plan.ended_on or seen.today
    weeks = [week for week in seen.weeks if week.monday <= last]
    return {
        "pain": [
            {"label": _("during and after"), "points": pain},
            {"label": _("the morning after"), "points": morning},
        ],
        "weeks": [{"label": _("km a week"), "points": [(week.monday, week.km) for week in weeks]}],
        "onset": [{"label": _("km until the pain is felt"), "points": onset}],
    }


def plan_charts(seen: PlanProgress, decisions: Sequence[Decision]) -> PlanCharts:
    """Return the charts of the diary: pain, and on a pathway with running steps distance. `decisions`: newest first.

    No queries.
    """
    timeline = timeline_of(seen, decisions)
    series = charts(seen)
    found = [_pain(seen, series["pain"])]
    if seen.definition.running is not None:
        found.append(_weeks(seen, series["weeks"], timeline))
        empty = _("No distance was noted at which pain came up. That does not say that there was no pain.")
        title = _("Distance until the pain is felt")
        words = (_("No point means that nothing was noted, not that there was no pain."),)
        found.append(PlanChart(title, series["onset"], unit="km", minimum=0, empty=empty, words=words))
    return PlanCharts(tuple(found), timeline)


def all_charts(seen: PlanProgress) -> PlanCharts:
    """Return every chart of a plan. Four queries, whatever the number of values."""
    seen = spoken_progress(seen)
    decisions = list(seen.plan.decisions.select_related("made_by").order_by("-made_at", "-id"))
    shown = plan_charts(seen, decisions)
    rules = seen.definition.derived.values()
    deficits = [rule for rule in rules if rule.compute == "deficit_percent"]
    targets = defaultdict(list)
    for rule in rules:
        if rule.compute == "percentage_target":
            targets[rule.inputs["base"]].append(rule)
    followed = {key: _followers(seen, found) for key, found in targets.items()}
    keys = [*(rule.inputs["of"] for rule in deficits), *targets, *(key for more in followed.values() for key in more)]
    values = _observed(seen, keys)
    measured = [_strength(seen, rule, values[rule.inputs["of"]]) for rule in deficits]
    measured += [_with_target(seen, [key, *followed[key]], found, values) for key, found in targets.items()]
    return PlanCharts((*shown.charts, *measured, _adherence(seen, shown.timeline)), shown.timeline)


def timeline_of(seen: PlanProgress, decisions: Sequence[Decision]) -> dict[str, Any]:
    """Return the days, phases and decisions that the charts of a plan share. `decisions`: newest first."""
    end = seen.plan.ended_on or seen.today
    told = [row for row in decisions if row.kind != Decision.Kind.START and row.made_at <= seen.now][:MOST_MARKS]
    said = {id(row): moment for row, moment in zip(told, moments(told), strict=True)}
    marks = [
        {
            "number": number,
            "when": timezone.localtime(row.made_at).date(),
            "label": said[id(row)]["title"],
            "text": said[id(row)]["text"],
            "icon": said[id(row)]["icon"],
        }
        for number, row in enumerate(reversed(told), start=1)
    ]
    return {
        "start": monday_of(min(seen.plan.started_on, end)),
        "end": end,
        "phases": _spans(seen, decisions, end),
        "marks": marks,
    }


def _spans(seen: PlanProgress, decisions: Sequence[Decision], end: datetime.date) -> list[dict[str, Any]]:
    """The phases that the plan was in, one after the other, as its decisions tell; else as its phases say."""
    moves = [(row.to_phase, timezone.localtime(row.made_at).date()) for row in reversed(decisions) if row.to_phase]
    if not any(row.kind == Decision.Kind.START and row.to_phase for row in decisions):
        moves = sorted(
            ((phase.key, phase.started_on) for phase in seen.phases if phase.started_on is not None),
            key=lambda move: move[1],
        )
    titles = {phase.key: spoken(phase.title) for phase in seen.phases}
    spans: list[dict[str, Any]] = []
    for key, day in moves:
        if spans and spans[-1]["key"] == key:
            continue
        if spans:
            spans[-1]["end"] = day
        start = day if spans else min(day, seen.plan.started_on)
        spans.append({"key": key, "title": titles.get(key, key), "start": start, "end": None})
    return [span for span in spans if span["start"] <= end]


def phase_on(timeline: Mapping[str, Any], day: datetime.date) -> str | None:
    """Return the key of the phase that a plan was in on a day."""
    return next((each["key"] for each in reversed(timeline["phases"]) if each["start"] <= day), None)


def allowed_km(seen: PlanProgress, timeline: Mapping[str, Any]) -> list[tuple[datetime.date, float | None]]:
    """Return for each week the most km (1 decimal) that was allowed, from what was known as it began.

    The rule is that of the phase on that Monday. None: nothing was allowed by number, or the plan stood still.
    """
    running = seen.definition.running
    if running is None:
        return []
    plan, keys = seen.plan, {phase.key for phase in seen.definition.phases}
    found: list[tuple[datetime.date, float | None]] = []
    for index, week in enumerate(seen.weeks):
        day = max(week.monday, plan.started_on)
        key = phase_on(timeline, day)
        if plan.ended_on and week.monday > plan.ended_on:
            break
        if week.monday + WEEK > seen.today:
            found.append((week.monday, None if plan.ended_on else seen.progress.next_max_km))
            continue
        still = paused_days(seen.pauses, day, week.monday + WEEK)
        if key not in keys or still:
            found.append((week.monday, None))
            continue
        begun = plan.started_on + datetime.timedelta(days=paused_days(seen.pauses, plan.started_on, day))
        limit = next_max_km(
            weekly_distance(seen.weeks[: index + 1], plan.started_on),
            usual=plan.weekly_km_usual,
            load=seen.definition.phase(key).load,
            plan_week=(day - begun).days // 7 + 1,
            volume=running.volume,
        )
        found.append((week.monday, limit))
    return found


def _pain(seen: PlanProgress, series: list[dict[str, Any]]) -> PlanChart:
    is_running = seen.definition.running is not None
    began = seen.today - datetime.timedelta(days=DIARY_DAYS)
    words = [_("No point means that nothing was noted, not that there was no pain.")]
    if not is_running and seen.plan.started_on < began:
        words.append(_("Sessions of the last %(days)s days.") % {"days": DIARY_DAYS})
    return PlanChart(
        _("Pain in runs") if is_running else _("Pain in sessions"),
        series,
        unit="0-10",
        minimum=0,
        maximum=10,
        limit=float(seen.definition.lights.green_peak_max),
        limit_label=_("green up to here"),
        empty=_("No session was logged. That does not say that there was no pain."),
        words=tuple(words),
    )


def _weeks(seen: PlanProgress, series: list[dict[str, Any]], timeline: Mapping[str, Any]) -> PlanChart:
    limits = allowed_km(seen, timeline)
    words = []
    if any(km == 0 for _monday, km in series[0]["points"]):
        words.append(_("A week of 0 km is a week in which no run was logged."))
    over = sum(
        1
        for (_monday, limit), (_same, km) in zip(limits, series[0]["points"], strict=False)
        if limit is not None and km is not None and km > limit
    )
    if over:
        words.append(_("Weeks above what was allowed: %(count)s.") % {"count": over})
    if not seen.plan.ended_on:
        words.append(_("The last week is not over yet."))
    return PlanChart(
        _("Distance a week"),
        [{**series[0], "kind": "bars"}, {"label": _("most allowed in that week"), "points": limits, "kind": "steps"}],
        unit="km",
        minimum=0,
        empty=_("No distance is known yet."),
        words=tuple(words),
    )


def _observed(seen: PlanProgress, keys: Iterable[str]) -> dict[str, list[Observation]]:
    """The numbers that were measured, by measure, oldest first. One query."""
    rows = Observation.objects.current().filter(
        episode_id=seen.plan.episode_id, measure_id__in=set(keys), number__isnull=False, effective_at__lte=seen.now
    )
    groups: dict[str, list[Observation]] = defaultdict(list)
    for row in rows.order_by("effective_at", "id"):
        groups[row.measure_id].append(row)
    return groups


def _strength(seen: PlanProgress, rule: DerivedValue, rows: Sequence[Observation]) -> PlanChart:
    measure = seen.definition.measures[rule.inputs["of"]]
    names = {"L": _("left"), "R": _("right")}
    return PlanChart(
        measure.label,
        [
            {"label": names[side], "points": [(row.effective_at, row.number) for row in rows if row.side == side]}
            for side in SIDES
        ],
        unit=measure.unit,
        empty=_("Not measured yet."),
        words=tuple(_deficits(seen, rule, rows)) if rows else (),
    )


def _deficits(seen: PlanProgress, rule: DerivedValue, rows: Sequence[Observation]) -> list[str]:
    """The difference with the other side, in words: at the start and now."""
    side = seen.plan.side
    if side == BOTH:
        return [_("Both sides hurt: there is no sound side to compare with.")]
    days: dict[datetime.date, dict[str, Decimal | None]] = defaultdict(dict)
    for row in rows:
        days[timezone.localtime(row.effective_at).date()][row.side] = row.number
    found = []
    for day, values in sorted(days.items()):
        difference = deficit_percent(values.get(side), values.get(OTHER[side]), rule.decimals)
        if difference is not None:
            found.append((day, difference))
    if not found:
        return [_("Left and right were never measured on the same day: no difference can be worked out.")]
    chosen = [found[0]] if len(found) == 1 else [found[0], found[-1]]
    return [_deficit_words(day, difference) for day, difference in chosen]


def _deficit_words(day: datetime.date, difference: Decimal) -> str:
    facts = {"day": f"{day:%d/%m/%Y}", "percent": number_words(abs(difference))}
    if difference > 0:
        return _("%(day)s: the affected side is %(percent)s %% weaker than the other.") % facts
    if difference < 0:
        return _("%(day)s: the affected side is %(percent)s %% stronger than the other.") % facts
    return _("%(day)s: both sides are equally strong.") % facts


def _followers(seen: PlanProgress, rules: Sequence[DerivedValue]) -> list[str]:
    """The measures that an exit line holds against one of these targets."""
    named = {rule.key for rule in rules}
    leaves = [leaf for phase in seen.definition.phases for line in phase.exit for leaf in line.leaves]
    found = [leaf.name for leaf in leaves if leaf.limit_source == "derived" and leaf.limit_name in named]
    return [key for key in dict.fromkeys(found) if key in seen.definition.measures]


def _with_target(
    seen: PlanProgress, keys: Sequence[str], rules: Sequence[DerivedValue], values: Mapping[str, Sequence[Observation]]
) -> PlanChart:
    """A measure with the targets that follow from its first value as a band, and what is held against them."""
    measures, rows = [seen.definition.measures[key] for key in keys], values.get(keys[0], ())
    first, unit = rows[0].number if rows else None, measures[0].unit
    made = [
        percentage_target(
            first, rule.inputs["percent"], none_from=rule.inputs.get("none_from"), cap=rule.inputs.get("cap")
        )
        for rule in rules
    ]
    targets = [each for each in made if each is not None]
    words = []
    if len(targets) > 1:
        facts = {"low": min(targets), "high": max(targets), "unit": unit}
        words.append(_("Target from the first value: %(low)s to %(high)s %(unit)s.") % facts)
    elif rows:
        words.append(_("No target follows from the first value."))
    return PlanChart(
        measures[0].label,
        [
            {"label": each.label, "points": [(row.effective_at, row.number) for row in values.get(each.key, ())]}
            for each in measures
        ],
        unit=unit,
        band=(float(min(targets)), float(max(targets)), _("target")) if len(targets) > 1 else None,
        empty=_("Not measured yet."),
        words=tuple(words),
    )


def _whole_diary(seen: PlanProgress) -> Iterable[DiaryEntry]:
    """Every entry of the plan, oldest first: those that were read, when the plan is younger than what rules look at.

    A query for an older plan.
    """
    since = timezone.localtime(seen.now - datetime.timedelta(days=DIARY_DAYS)).date()
    if seen.plan.started_on > since:
        return seen.entries
    return DiaryEntry.objects.filter(plan_id=seen.plan.pk, started_at__lte=seen.now).order_by("started_at")


def _adherence(seen: PlanProgress, timeline: Mapping[str, Any]) -> PlanChart:
    """The share of the prescribed exercise sessions that was logged in each complete week. Two queries."""
    plan, end = seen.plan, seen.plan.ended_on or seen.today
    lines: dict[str, list[ExercisePrescription]] = defaultdict(list)
    for row in ExercisePrescription.objects.filter(phase__plan_id=plan.pk).select_related("phase"):
        lines[row.phase.key].append(row)
    by_week: dict[datetime.date, list[DiaryEntry]] = defaultdict(list)
    for entry in _whole_diary(seen):
        by_week[monday_of(as_day(entry))].append(entry)
    points = []
    for week in seen.weeks:
        sunday, since = week.monday + WEEK - datetime.timedelta(days=1), max(week.monday, plan.started_on)
        phase = phase_on(timeline, week.monday + datetime.timedelta(days=3))
        if sunday > end or phase is None:
            continue
        mine = by_week[week.monday]
        found = strength_adherence(lines[phase], mine, since=since, today=sunday, stood_still=seen.pauses)
        points.append((week.monday, None if found is None else round(found.share * 100)))
    return PlanChart(
        _("Exercises done a week"),
        [{"label": _("of what was prescribed"), "points": points}],
        unit="%",
        minimum=0,
        maximum=100,
        empty=_("No whole week was logged yet. That does not say that nothing was done."),
        words=(_("A week in which nothing at all was logged has no point."),),
    )
