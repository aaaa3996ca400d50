"""May this patient run today, what and how far: sections 4, 5 and 7 of the clinical content as one answer."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.day_words import day_in_words
from pathways.engine.comparison import round_half_up
from pathways.engine.lights import JudgedEntry, Light
from pathways.engine.model import Definition, RunningRules, Step
from pathways.engine.progress import PlanState, Progress, Proposal, rest_until
from pathways.engine.running import all_steps_done, running_rules
from pathways.loads import monday_of
from patients.content_words import spoken

# "At least one day between": the first day of the two after a run is for rest (section 5).
DAYS_BETWEEN_RUNS = 2
# Before the running steps a run needs a green session no older than the window of the phase's own exit (d7).
GREEN_WITHIN_DAYS = 7


@dataclass(frozen=True, slots=True)
class RunAdvice:
    """Whether a run is allowed on this day, as far as the diary can tell. `code` names the rule that decided.

    `reasons` are sentences for the patient. Minutes count one repetition; distances are km, None without a rule.
    `ask_below`: running still asks for pain below this (NPRS) just before the start.
    """

    allowed: bool
    code: str
    reasons: tuple[str, ...]
    not_before: datetime.datetime | None = None
    step: str | None = None
    step_label: str = ""
    run_min: float | None = None
    walk_min: float | None = None
    repetitions: int | None = None
    total_run_min: float | None = None
    week_max_km: float | None = None
    week_left_km: float | None = None
    run_max_km: float | None = None
    ask_below: int | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the advice looks at: the plan's state and progress, the affected side's judged entries, km of this week.

    `status` is the plan's status, or why it is on hold: "blocked" or "paused". `km_this_week` adds up the runs of which
    the distance is known.
    """

    definition: Definition
    state: PlanState
    progress: Progress
    judged: Sequence[JudgedEntry]
    status: str
    km_this_week: float
    now: datetime.datetime
    today: datetime.date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", timezone.localtime(self.now).date())

    @property
    def runs(self) -> list[JudgedEntry]:
        """Runs that took place, oldest first."""
        return sorted((each for each in self.judged if each.entry.kind == "run"), key=lambda each: each.entry.start)

    @property
    def monday(self) -> datetime.date:
        """The first day of this week."""
        return monday_of(self.today)

    @property
    def knows_this_week(self) -> bool:
        """Whether each run of this week has a distance."""
        return all(run.entry.distance_km is not None for run in self.runs if run.entry.day >= self.monday)


def run_advice(facts: RunFacts) -> RunAdvice:
    """Return whether a run is allowed today. The first rule that refuses decides; nothing here diagnoses."""
    rules = facts.definition.running
    if rules is None:
        return RunAdvice(False, "no_running", (_("This pathway has no running in it."),))
    refusal = _stopped(facts) or _resting(facts) or _not_today(facts)
    stepping = uses_steps(facts.definition, facts.state, facts.progress.step)
    refusal = refusal or (_between_sessions(facts, rules) if stepping else _by_phase(facts))
    step = _step(rules, facts.progress.step) if stepping else None
    week_max = None if stepping else facts.progress.next_max_km
    left = _left(week_max, facts.km_this_week) if week_max is not None and facts.knows_this_week else None
    code, reasons, not_before = refusal or ("allowed", (_allowed_sentence(facts, stepping),), None)
    return RunAdvice(
        allowed=refusal is None,
        code=code,
        reasons=reasons,
        not_before=not_before,
        step=step.key if step else None,
        step_label=spoken(step.label) if step else "",
        run_min=step.run_min if step else None,
        walk_min=step.walk_min if step else None,
        repetitions=step.repetitions if step else None,
        total_run_min=step.total_run_min if step else None,
        week_max_km=week_max,
        week_left_km=left,
        run_max_km=None if stepping else _run_max(facts, left),
        ask_below=facts.definition.lights.amber_pre,
    )


Refusal = tuple[str, tuple[str, ...], datetime.datetime | None]


def uses_steps(definition: Definition, state: PlanState, step: str | None) -> bool:
    """Whether minutes rule: in a phase that has steps, until the last step is done.

    After that again while a red light, a gap or a month without running leads back to an earlier `step` (section 5).
    """
    rules = running_rules(definition)
    if not all_steps_done(rules, state.rtr_step_done):
        return state.phase in step_phases(definition)
    return definition.phase(state.phase).load.volume_rule and step != rules.steps[-1].key


def step_phases(definition: Definition) -> frozenset[str]:
    """The phases in which running goes by steps (from the first running step on)."""
    if definition.running is None:
        return frozenset()
    keys = [step.key for step in definition.running.steps]
    return frozenset(step.phase for step in definition.running.steps[keys.index(definition.running.first_step) :])


def _step(rules: RunningRules, key: str | None) -> Step | None:
    return next((step for step in rules.steps if step.key == key), None)


def _stopped(facts: RunFacts) -> Refusal | None:
    if facts.status == "blocked" or facts.progress.proposal is Proposal.BLOCKED:
        return "blocked", (_("Do not run now. Contact your physiotherapist or doctor today."),), None
    if facts.status == "paused":
        why = _("Your plan stands still, so there is no advice on running. Ask your physiotherapist before you run.")
        return "paused", (why,), None
    if facts.status != "active":
        return "ended", (_("This plan has ended."),), None
    return None


def _resting(facts: RunFacts) -> Refusal | None:
    """48 hours without running after a red session."""
    until = rest_until(facts.judged, facts.definition)
    if until is None or until <= facts.now:
        return None
    hours = running_rules(facts.definition).rest_hours_after_red
    moment = date_format(timezone.localtime(until), "l j F H:i")
    why = _("After a red light you do not run for %(hours)s hours: not before %(moment)s.")
    return "red", (why % {"hours": hours, "moment": moment},), until


def _not_today(facts: RunFacts) -> Refusal | None:
    limit = facts.definition.lights.amber_pre
    sore = [each for each in facts.judged if each.entry.day == facts.today and (each.entry.pre or 0) >= limit]
    if not sore:
        return None
    why = _("Your pain was %(limit)s or more today. Walk or cycle instead, as long as it hurts %(most)s at most.")
    return "pain_before", (why % {"limit": limit, "most": limit - 1},), _midnight(facts.today, 1)


def _between_sessions(facts: RunFacts, rules: RunningRules) -> Refusal | None:
    runs = facts.runs
    if runs:
        first = runs[-1].entry.day + datetime.timedelta(days=DAYS_BETWEEN_RUNS)
        if facts.today < first:
            why = _("Leave at least one day between two runs: your next run is on %(day)s.")
            return "rest_day", (why % {"day": day_in_words(first, "l j F")},), _midnight(first)
    done = len({each.entry.start for each in runs if each.entry.day >= facts.monday})
    if done >= rules.sessions_per_week:
        why = ngettext("%(count)s run this week is enough.", "%(count)s runs this week are enough.", done)
        return "week_full", (why % {"count": done},), _midnight(facts.monday, 7)
    return None


def _by_phase(facts: RunFacts) -> Refusal | None:
    """Before the running steps only after green and within the weekly share; after them within the growth rule."""
    load = facts.definition.phase(facts.state.phase).load
    if load.no_running:
        return "not_yet", (_("In this phase of your plan you do not run yet."),), None
    if load.weekly_share and not _is_green(facts):
        why = _("Running starts again after a green session. Walk, cycle or do your exercises, and log it.")
        return "not_green", (why,), None
    limit = facts.progress.next_max_km
    if limit is not None and _left(limit, facts.km_this_week) <= 0:
        why = _("You ran %(done)s km this week; the most for this week is %(limit)s km.")
        return "week_full", (why % {"done": _km(facts.km_this_week), "limit": _km(limit)},), _midnight(facts.monday, 7)
    return None


def _is_green(facts: RunFacts) -> bool:
    """Whether the latest session with a colour is green and recent. No entry is never green."""
    since = facts.today - datetime.timedelta(days=GREEN_WITHIN_DAYS - 1)
    known = [each for each in facts.judged if each.resolved and each.entry.day >= since]
    if not known:
        return False
    latest = max(known, key=lambda each: each.entry.start)
    return latest.light is Light.GREEN and not latest.masked


def _allowed_sentence(facts: RunFacts, stepping: bool) -> str:
    below = facts.definition.lights.amber_pre
    if stepping:
        return _("You may run today if your pain is below %(below)s just before you start.") % {"below": below}
    return _("You may run today, flat and easy, if your pain is below %(below)s just before you start.") % {
        "below": below
    }


def _run_max(facts: RunFacts, left: float | None) -> float | None:
    """The tightest of: the single-run rule, the long run's share of the week (growth rule only), what is left."""
    load = facts.definition.phase(facts.state.phase).load
    share = facts.progress.long_run_max_km if load.volume_rule and facts.progress.next_max_km is not None else None
    limits = [facts.progress.next_run_max_km, share, left]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _left(limit: float, done: float) -> float:
    return max(0.0, float(round_half_up(Decimal(str(limit)) - Decimal(str(done)), 1)))


def _km(value: float) -> str:
    return f"{round_half_up(value, 1)}".replace(".", str(get_format("DECIMAL_SEPARATOR")))


def _midnight(day: datetime.date, later: int = 0) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=later), datetime.time()))
