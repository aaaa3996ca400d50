"""Return to running: which step is next, how far this week, how far in one run (section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.engine.comparison import round_half_up
from pathways.engine.lights import JudgedEntry, Light, worst
from pathways.engine.model import Definition, LoadRules, RunningRules, VolumeRules

Km = float | int | Decimal
# "The longest run in the last 30 days" (section 5): also how long ago a run may lie before running starts again.
LONGEST_RUN_DAYS = 30


@dataclass(frozen=True, slots=True)
class StepState:
    """``current`` is the next step to do; ``done`` the number of steps done (all of them once the last is complete)."""

    current: str
    done: int


def running_rules(definition: Definition) -> RunningRules:
    """The running rules of a pathway that has them; ``ValueError`` when it has none."""
    if definition.running is None:
        raise ValueError(f"pathway {definition.key} has no running steps")
    return definition.running


def start_step(rules: RunningRules, pain_free_min: int | None) -> str:
    """Highest start step whose run block (min) fits in a share of the pain-free running time; else the lowest."""
    blocks = {step.key: step.run_min for step in rules.steps}
    room = Decimal(str(rules.start_share)) * (pain_free_min or 0)
    fitting = [key for key in rules.start_steps if Decimal(str(blocks[key])) <= room]
    return fitting[-1] if fitting else rules.start_steps[0]


def step_cap(definition: Definition, phase: str) -> str:
    """Highest step a phase allows; before the running phases, the cap of the first phase that has start steps."""
    rules = running_rules(definition)
    order = {each.key: each.order for each in definition.phases}
    first = _number(rules, rules.first_step)
    phase_of_first = rules.steps[_index(rules, rules.first_step)].phase
    reach = max(order[phase], order[phase_of_first])
    allowed = [step for step in rules.steps if order[step.phase] <= reach and _number(rules, step.key) >= first]
    return allowed[-1].key


def current_step(
    definition: Definition,
    *,
    rtr_step_done: int,
    runs: Sequence[JudgedEntry],
    phase: str,
    as_of: date,
    longest_run_30d: Km | None = None,
    weekly_km: Sequence[Km] = (),
) -> str:
    """The step to do next: after the steps done, one back after a RED, back after a gap, never above the phase's cap.

    ``runs`` are the affected side's judged run sessions. Once every step is done, no run in 30 days or a week of 0 km
    means starting again at the restart step.
    """
    rules = running_rules(definition)
    cap = _number(rules, step_cap(definition, phase))
    number = min(rtr_step_done + 1, cap)
    counted = [run for run in sessions(runs) if run.counts]
    if counted and counted[-1].light is Light.RED:
        number -= 1
    if runs:
        number -= steps_back(rules, (as_of - max(run.entry.day for run in runs)).days)
    if all_steps_done(rules, rtr_step_done) and must_restart(bool(longest_run_30d), weekly_km):
        number = min(number, _number(rules, rules.restart_step))
    return _key(rules, number)


def all_steps_done(rules: RunningRules, rtr_step_done: int) -> bool:
    """Whether the last step of the table is complete."""
    return rtr_step_done >= _number(rules, rules.steps[-1].key)


def must_restart(has_run_30d: bool, weekly_km: Sequence[Km]) -> bool:
    """No run in the last 30 days, or nothing in the last complete week."""
    return not has_run_30d or (bool(weekly_km) and weekly_km[-1] == 0)


def steps_back(rules: RunningRules, days: int) -> int:
    """Steps taken back after this many days without running."""
    return max((gap.steps_back for gap in rules.gaps if days >= gap.from_days), default=0)


def sessions(runs: Sequence[JudgedEntry]) -> list[JudgedEntry]:
    """Runs in order of time; two entries of one session (left and right) become the worse one."""
    by_start: dict[float, JudgedEntry] = {}
    for run in runs:
        moment = run.entry.start.timestamp()
        other = by_start.get(moment, run)
        by_start[moment] = run if worst((run.light, other.light)) is run.light else other
    return [by_start[moment] for moment in sorted(by_start)]


def replay_steps(
    rules: RunningRules,
    runs: Sequence[JudgedEntry],
    *,
    start: str,
    course: str,
    cap: str | None = None,
    as_of: date | None = None,
) -> StepState:
    """Follow the diary from the start step: GREEN moves up, AMBER repeats, RED and gaps go back.

    A session that carries its own ``step`` proves what was granted before. Masked sessions do not count.
    """
    walk = _Walk(rules, _number(rules, start), _number(rules, cap or rules.steps[-1].key), rules.greens_needed[course])
    for run in sessions(runs):
        walk.take(run)
    if as_of is not None:
        walk.pause(as_of)
    return StepState(_key(rules, walk.current), walk.done)


class _Walk:
    """Where the replay stands: current step number, steps done, GREENs in a row."""

    def __init__(self, rules: RunningRules, start: int, cap: int, needed: int) -> None:
        self.rules, self.cap, self.needed = rules, cap, needed
        self.current, self.done, self.greens = start, start - 1, 0
        self.last: date | None = None

    def take(self, run: JudgedEntry) -> None:
        self.pause(run.entry.day)
        self.last = run.entry.day
        step = _number(self.rules, run.entry.step) if run.entry.step else self.current
        if step > self.current:
            self._move(step)
        if not run.counts:
            return
        if run.light is Light.RED:
            self._move(self.current - 1)
        elif run.light is Light.AMBER:
            self.greens = 0
        elif step == self.current:
            self._green()

    def pause(self, day: date) -> None:
        back = 0 if self.last is None else steps_back(self.rules, (day - self.last).days)
        if back:
            self._move(self.current - back)

    def _green(self) -> None:
        self.greens += 1
        if self.greens < self.needed:
            return
        if self.current < self.cap:
            self._move(self.current + 1)
        else:
            self.done = max(self.done, self.current)

    def _move(self, number: int) -> None:
        self.current = max(number, _number(self.rules, self.rules.first_step))
        self.greens = 0
        if not all_steps_done(self.rules, self.done):
            self.done = self.current - 1


def next_max_km(
    weekly_km: Sequence[Km], *, usual: Km | None, load: LoadRules, plan_week: int, volume: VolumeRules
) -> float | None:
    """Distance (km, 1 decimal) allowed in the coming week; None when it cannot be said or running starts again.

    ``weekly_km``: complete weeks, oldest first. ``plan_week``: 1 in the first week of the plan.
    """
    if load.weekly_share:
        share = next(row.share for row in load.weekly_share if row.until_week is None or plan_week <= row.until_week)
        return None if usual is None else _km(Decimal(str(share)) * Decimal(str(usual)))
    if not load.volume_rule or len(weekly_km) < 2 or weekly_km[-1] == 0:
        return None
    before, last = (Decimal(str(km)) for km in weekly_km[-2:])
    factor, plus = Decimal(str(volume.last_factor)), Decimal(str(volume.last_plus_km))
    limit = min(Decimal(str(volume.mean_factor)) * (before + last) / 2, max(factor * last, last + plus))
    if (len(weekly_km) + 1) % volume.easy_week_every == 0:
        limit = min(limit, Decimal(str(volume.easy_week_factor)) * last)
    if load.not_above_usual and usual is not None:
        limit = min(limit, Decimal(str(usual)))
    return _km(limit)


def next_run_max_km(longest_run_30d: Km | None, *, all_done: bool, volume: VolumeRules) -> float | None:
    """Longest single run (km) now, from the longest in 30 days; None while minutes rule or without such a run."""
    if not all_done or not longest_run_30d:
        return None
    return _km(Decimal(str(volume.single_run_factor)) * Decimal(str(longest_run_30d)))


def long_run_max_km(week_max_km: Km | None, volume: VolumeRules) -> float | None:
    """Share of the week (km) the long run may take."""
    return None if week_max_km is None else _km(Decimal(str(volume.long_run_share)) * Decimal(str(week_max_km)))


def exceeds(done_km: Km, allowed_km: Km | None, volume: VolumeRules) -> bool:
    """Whether a week or a run went so far over its limit that patient and therapist get a warning."""
    if allowed_km is None:
        return False
    return Decimal(str(done_km)) > Decimal(str(volume.warn_above)) * Decimal(str(allowed_km))


def _km(value: Decimal) -> float:
    return float(round_half_up(value, 1))


def _index(rules: RunningRules, key: str) -> int:
    return next(index for index, step in enumerate(rules.steps) if step.key == key)


def _number(rules: RunningRules, key: str) -> int:
    """Number of a step: the first step is 1, whatever stands before it is 0 or less."""
    return _index(rules, key) - _index(rules, rules.first_step) + 1


def _key(rules: RunningRules, number: int) -> str:
    first = _index(rules, rules.first_step)
    return rules.steps[min(max(first + number - 1, first), len(rules.steps) - 1)].key
