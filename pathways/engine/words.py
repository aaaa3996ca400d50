"""A rule as a Dutch sentence: for people who read a pathway, whether its text is finished or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pathways.engine.comparison import OPERATORS, WORDS, in_dutch

Row = Mapping[str, Any]
STATISTICS = {
    "days": "dagen met een notitie",
    "max": "hoogste pijn",
    "reds": "rode sessies",
    "all_green": "allemaal groen",
}
SUMMARIES = {
    "first": "eerste waarde van {}",
    "max": "hoogste waarde van {}",
    "min": "laagste waarde van {}",
    "mean": "gemiddelde van {}",
    "count": "aantal keer {}",
    "days": "aantal dagen met {}",
    "sum": "som van {}",
    "trend": "verandering per week van {}",
    "each": "elke waarde van {}",
}
SIDES = {"other": "aan de andere kant", "left": "links", "right": "rechts"}
STATES = {
    "rtr_step_done": "hoogste gedane loopstap",
    "gait_strategy": "loopstrategie",
    "weekly_km_usual": "gewone weekafstand",
    "mean_km_2wk": "gemiddelde weekafstand van twee weken",
    "weeks_in_phase": "weken in deze fase",
}
EXTRA = {"drop_below": "gedaald met minder dan", "gain_below": "gestegen met minder dan"}
JOINTS = {"all": " en ", "any": " of ", "any_answered": " of ", "of": "; "}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words for what a document names: labels of measures and computed values, and of the answers of choices."""

    labels: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, key: Any) -> str:
        """The label of a measure or computed value; its key when it has none."""
        return self.labels.get(str(key), str(key))

    def answer(self, measure: Any, value: Any) -> str:
        """A threshold or answer in words."""
        if isinstance(value, list | tuple):
            return ", ".join(self.answer(measure, each) for each in value)
        known = self.answers.get(str(measure), {})
        return known.get(str(value), in_dutch(value))


def rule_words(rule: Any, vocabulary: Vocabulary) -> str:
    """A condition or exit line as one sentence without a full stop; whatever it does not know is named as it stands."""
    if not isinstance(rule, Mapping):
        return in_dutch(rule)
    said: list[str] = []
    left = dict(rule)
    for name, say in _SAY.items():
        if name in left:
            said.append(say(left, vocabulary))
    said += [f"{_name(name)} {_any_value(value, vocabulary)}" for name, value in sorted(left.items())]
    return ", ".join(part for part in said if part)


def _name(name: str) -> str:
    return WORDS.get(name) or EXTRA.get(name) or f"{name}:"


def _joined(kind: str) -> Callable[[dict[str, Any], Vocabulary], str]:
    def say(left: dict[str, Any], vocabulary: Vocabulary) -> str:
        parts = left.pop(kind)
        if not isinstance(parts, Sequence) or isinstance(parts, str):
            return f"{kind}: {in_dutch(parts)}"
        words = [_nested(part, vocabulary) for part in parts]
        said = JOINTS[kind].join(words)
        return f"{said} (wat niet gevraagd is telt niet mee)" if kind == "any_answered" else said

    return say


def _nested(part: Any, vocabulary: Vocabulary) -> str:
    words = rule_words(part, vocabulary)
    return f"({words})" if isinstance(part, Mapping) and set(JOINTS) & set(part) else words


def _not(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    return f"niet ({rule_words(left.pop('not'), vocabulary)})"


def _panel(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    panel = left.pop("panel")
    if not isinstance(panel, Mapping):
        return in_dutch(panel)
    core, extra = ("; ".join(_nested(part, vocabulary) for part in panel.get(name, ())) for name in ("core", "extra"))
    rest = {name: value for name, value in panel.items() if name not in ("core", "extra")}
    said = f"minstens één van deze testen: {core}"
    said += f"; en wie ze deed ook: {extra}" if extra else ""
    return said + (f"; {rule_words(rest, vocabulary)}" if rest else "")


def _leaf(source: str) -> Callable[[dict[str, Any], Vocabulary], str]:
    def say(left: dict[str, Any], vocabulary: Vocabulary) -> str:
        given = left.pop(source)
        subject = _subject(source, given, vocabulary)
        if left.get("side") in SIDES:
            subject += f" {SIDES[left.pop('side')]}"
        if left.get("statistic") in SUMMARIES:
            subject = SUMMARIES[left.pop("statistic")].format(subject)
        subject += _window(left)
        if left.get("change_from_baseline") is True:
            left.pop("change_from_baseline")
            subject = f"verandering van {subject} sinds het begin"
        parts = [" ".join(part for part in (subject, _threshold(left, given, vocabulary)) if part)]
        parts += _margins(left, vocabulary)
        return ", ".join(parts)

    return say


def _window(left: dict[str, Any]) -> str:
    """Over which values a statistic runs."""
    left.pop("statistic", None)
    days, last = left.pop("window_days", None), left.pop("last", None)
    said = f" in de laatste {in_dutch(days)} dagen" if days is not None else ""
    return said + (f" bij de laatste {in_dutch(last)}" if last is not None else "")


def _at_least_so_many(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    """A group of conditions of which some must be met; a plain threshold is left to its condition."""
    if not isinstance(left.get("at_least"), Mapping):
        return ""
    group = dict(left.pop("at_least"))
    said = f"minstens {in_dutch(group.pop('count', '?'))} van: {_joined('of')(group, vocabulary)}"
    return said + (f" ({_any_value(group, vocabulary)})" if group else "")


def _subject(source: str, given: Any, vocabulary: Vocabulary) -> str:
    if source == "state":
        return STATES.get(given, str(given))
    if not isinstance(given, Mapping):
        return vocabulary.label(given)
    statistic = STATISTICS.get(given.get("statistic", ""), str(given.get("statistic", "")))
    span = given.get("span", "?")
    rest = {name: value for name, value in given.items() if name not in ("statistic", "span")}
    where = f"dagboek van {span} dagen" if source == "diary" else f"laatste {span} loopsessies"
    more = f" ({_any_value(rest, vocabulary)})" if rest else ""
    return f"{where}: {statistic}{more}"


def _threshold(left: dict[str, Any], given: Any, vocabulary: Vocabulary) -> str:
    operator = next((name for name in OPERATORS if name in left), None)
    if operator is not None:
        return f"{WORDS[operator]} {vocabulary.answer(given if isinstance(given, str) else '', left.pop(operator))}"
    limit = left.pop("limit", None)
    if not isinstance(limit, Mapping):
        return "" if limit is None else in_dutch(limit)
    row = dict(limit)
    words = WORDS.get(row.pop("operator", ""), "")
    name = row.pop("state", None)
    against = STATES.get(name, str(name)) if name is not None else vocabulary.label(row.pop("derived", "?"))
    if "factor" in row:
        against = f"{in_dutch(row.pop('factor'))} × {against}"
    if "plus" in row:
        plus = row.pop("plus")
        against += f" {'min' if plus < 0 else 'plus'} {in_dutch(abs(plus))}"
    more = f" ({_any_value(row, vocabulary)})" if row else ""
    return f"{words} {against}{more}"


def _margins(left: dict[str, Any], vocabulary: Vocabulary) -> list[str]:
    said: list[str] = []
    if "maximum_age_days" in left:
        days = left.pop("maximum_age_days")
        said.append("hoe oud ook" if days is None else f"niet ouder dan {in_dutch(days)} dagen")
    if "minimum_count" in left:
        count = left.pop("minimum_count")
        said.append(f"met minstens {in_dutch(count)} {'waarde' if count == 1 else 'waarden'}")
    if "same_as_baseline" in left:
        same = left.pop("same_as_baseline")
        same = dict(same) if isinstance(same, Mapping) else {"measure": same}
        measure, baseline, within = (same.pop(name, None) for name in ("measure", "baseline", "within"))
        said.append(
            f"met {vocabulary.label(measure)} hoogstens {in_dutch(within)} verschil van"
            f" {vocabulary.label(baseline)} in het begin"
        )
        said += [_any_value(same, vocabulary)] if same else []
    if "fallback" in left:
        said.append(f"of anders: {vocabulary.label(left.pop('fallback'))}")
    return said


def _needs(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    needs = left.pop("needs")
    names = [vocabulary.label(key) for key in needs] if isinstance(needs, list | tuple) else [str(needs)]
    return f"te weten: {', '.join(names)}"


def _any_value(value: Any, vocabulary: Vocabulary) -> str:
    if isinstance(value, Mapping):
        return rule_words(value, vocabulary)
    if isinstance(value, list | tuple):
        return "; ".join(_any_value(each, vocabulary) for each in value)
    return vocabulary.label(value) if isinstance(value, str) else in_dutch(value)


_SAY: Mapping[str, Callable[[dict[str, Any], Vocabulary], str]] = {
    "measure": _leaf("measure"),
    "diary": _leaf("diary"),
    "runs": _leaf("runs"),
    "state": _leaf("state"),
    "not": _not,
    "at_least": _at_least_so_many,
    "panel": _panel,
    "all": _joined("all"),
    "any": _joined("any"),
    "any_answered": _joined("any_answered"),
    "needs": _needs,
}
