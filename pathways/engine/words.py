"""A rule as a sentence: for people who read a pathway, whether its text is finished or not.

The words are Dutch unless the vocabulary speaks another language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pathways.engine.comparison import OPERATORS, WORDS, in_dutch
from pathways.engine.sentences import noted

Row = Mapping[str, Any]
STATISTICS = {
    "days": noted("dagen met een notitie"),
    "max": noted("hoogste pijn"),
    "reds": noted("rode sessies"),
    "all_green": noted("allemaal groen"),
}
SUMMARIES = {
    "first": noted("eerste waarde van {}"),
    "max": noted("hoogste waarde van {}"),
    "min": noted("laagste waarde van {}"),
    "mean": noted("gemiddelde van {}"),
    "count": noted("aantal keer {}"),
    "days": noted("aantal dagen met {}"),
    "sum": noted("som van {}"),
    "trend": noted("verandering per week van {}"),
    "each": noted("elke waarde van {}"),
}
SIDES = {"other": noted("aan de andere kant"), "left": noted("links"), "right": noted("rechts")}
STATES = {
    "rtr_step_done": noted("hoogste gedane loopstap"),
    "gait_strategy": noted("loopstrategie"),
    "weekly_km_usual": noted("gewone weekafstand"),
    "mean_km_2wk": noted("gemiddelde weekafstand van twee weken"),
    "weeks_in_phase": noted("weken in deze fase"),
}
EXTRA = {"drop_below": noted("gedaald met minder dan"), "gain_below": noted("gestegen met minder dan")}
JOINTS = {"all": noted(" en "), "any": noted(" of "), "any_answered": noted(" of "), "of": "; "}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words for what a document names: labels of measures and computed values, and of the answers of choices.

    `spoken` says Dutch words in the language of who reads, `decimal_mark` is how that language writes 0,5.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spoken: Callable[[str], str] = str
    decimal_mark: str = ","

    def say(self, text: str, **facts: Any) -> str:
        """Dutch words with their facts, in the language of who reads."""
        return self.spoken(text).format(**facts)

    def value(self, value: Any) -> str:
        """A number, yes or no, or a list of them."""
        said = in_dutch(value)
        if isinstance(value, float | Decimal):
            return said.replace(",", self.decimal_mark)
        return self.spoken(said) if value is None or isinstance(value, bool) else said

    def label(self, key: Any) -> str:
        """The label of a measure or computed value; its key when it has none."""
        return self.spoken(self.labels[str(key)]) if str(key) in self.labels else str(key)

    def answer(self, measure: Any, value: Any) -> str:
        """A threshold or answer in words."""
        if isinstance(value, list | tuple):
            return ", ".join(self.answer(measure, each) for each in value)
        known = self.answers.get(str(measure), {})
        return self.spoken(known[str(value)]) if str(value) in known else self.value(value)


def rule_words(rule: Any, vocabulary: Vocabulary) -> str:
    """A condition or exit line as one sentence without a full stop; whatever it does not know is named as it stands."""
    if not isinstance(rule, Mapping):
        return vocabulary.value(rule)
    said: list[str] = []
    left = dict(rule)
    for name, say in _SAY.items():
        if name in left:
            said.append(say(left, vocabulary))
    said += [f"{_name(name, vocabulary)} {_any_value(value, vocabulary)}" for name, value in sorted(left.items())]
    return ", ".join(part for part in said if part)


def _name(name: str, vocabulary: Vocabulary) -> str:
    words = WORDS.get(name) or EXTRA.get(name)
    return vocabulary.say(words) if words else f"{name}:"


def _joined(kind: str) -> Callable[[dict[str, Any], Vocabulary], str]:
    def say(left: dict[str, Any], vocabulary: Vocabulary) -> str:
        parts = left.pop(kind)
        if not isinstance(parts, Sequence) or isinstance(parts, str):
            return f"{kind}: {vocabulary.value(parts)}"
        words = [_nested(part, vocabulary) for part in parts]
        said = vocabulary.say(JOINTS[kind]).join(words)
        return (
            vocabulary.say("{rules} (wat niet gevraagd is telt niet mee)", rules=said)
            if kind == "any_answered"
            else said
        )

    return say


def _nested(part: Any, vocabulary: Vocabulary) -> str:
    words = rule_words(part, vocabulary)
    return f"({words})" if isinstance(part, Mapping) and set(JOINTS) & set(part) else words


def _not(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    return vocabulary.say("niet ({rule})", rule=rule_words(left.pop("not"), vocabulary))


def _panel(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    panel = left.pop("panel")
    if not isinstance(panel, Mapping):
        return vocabulary.value(panel)
    core, extra = ("; ".join(_nested(part, vocabulary) for part in panel.get(name, ())) for name in ("core", "extra"))
    rest = {name: value for name, value in panel.items() if name not in ("core", "extra")}
    said = vocabulary.say("minstens één van deze testen: {tests}", tests=core)
    said += vocabulary.say("; en wie ze deed ook: {tests}", tests=extra) if extra else ""
    return said + (f"; {rule_words(rest, vocabulary)}" if rest else "")


def _leaf(source: str) -> Callable[[dict[str, Any], Vocabulary], str]:
    def say(left: dict[str, Any], vocabulary: Vocabulary) -> str:
        given = left.pop(source)
        subject = _subject(source, given, vocabulary)
        if left.get("side") in SIDES:
            subject += f" {vocabulary.say(SIDES[left.pop('side')])}"
        if left.get("statistic") in SUMMARIES:
            subject = vocabulary.spoken(SUMMARIES[left.pop("statistic")]).format(subject)
        subject += _window(left, vocabulary)
        if left.get("change_from_baseline") is True:
            left.pop("change_from_baseline")
            subject = vocabulary.say("verandering van {what} sinds het begin", what=subject)
        parts = [" ".join(part for part in (subject, _threshold(left, given, vocabulary)) if part)]
        parts += _margins(left, vocabulary)
        return ", ".join(parts)

    return say


def _window(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    """Over which values a statistic runs."""
    left.pop("statistic", None)
    days, last = left.pop("window_days", None), left.pop("last", None)
    said = vocabulary.say(" in de laatste {days} dagen", days=vocabulary.value(days)) if days is not None else ""
    return said + (vocabulary.say(" bij de laatste {count}", count=vocabulary.value(last)) if last is not None else "")


def _at_least_so_many(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    """A group of conditions of which some must be met; a plain threshold is left to its condition."""
    if not isinstance(left.get("at_least"), Mapping):
        return ""
    group = dict(left.pop("at_least"))
    count, rules = vocabulary.value(group.pop("count", "?")), _joined("of")(group, vocabulary)
    said = vocabulary.say("minstens {count} van: {rules}", count=count, rules=rules)
    return said + (f" ({_any_value(group, vocabulary)})" if group else "")


def _subject(source: str, given: Any, vocabulary: Vocabulary) -> str:
    if source == "state":
        return vocabulary.say(STATES[given]) if given in STATES else str(given)
    if not isinstance(given, Mapping):
        return vocabulary.label(given)
    named = STATISTICS.get(given.get("statistic", ""))
    statistic = vocabulary.say(named) if named else str(given.get("statistic", ""))
    span = given.get("span", "?")
    rest = {name: value for name, value in given.items() if name not in ("statistic", "span")}
    if source == "diary":
        where = vocabulary.say("dagboek van {span} dagen", span=span)
    else:
        where = vocabulary.say("laatste {span} loopsessies", span=span)
    more = f" ({_any_value(rest, vocabulary)})" if rest else ""
    return f"{where}: {statistic}{more}"


def _threshold(left: dict[str, Any], given: Any, vocabulary: Vocabulary) -> str:
    operator = next((name for name in OPERATORS if name in left), None)
    if operator is not None:
        answer = vocabulary.answer(given if isinstance(given, str) else "", left.pop(operator))
        return f"{vocabulary.say(WORDS[operator])} {answer}"
    limit = left.pop("limit", None)
    if not isinstance(limit, Mapping):
        return "" if limit is None else vocabulary.value(limit)
    row = dict(limit)
    words = vocabulary.say(WORDS.get(row.pop("operator", ""), ""))
    name = row.pop("state", None)
    against = _subject("state", name, vocabulary) if name is not None else vocabulary.label(row.pop("derived", "?"))
    if "factor" in row:
        against = f"{vocabulary.value(row.pop('factor'))} × {against}"
    if "plus" in row:
        plus = row.pop("plus")
        shifted = noted("{limit} min {number}") if plus < 0 else noted("{limit} plus {number}")
        against = vocabulary.say(shifted, limit=against, number=vocabulary.value(abs(plus)))
    more = f" ({_any_value(row, vocabulary)})" if row else ""
    return f"{words} {against}{more}"


def _margins(left: dict[str, Any], vocabulary: Vocabulary) -> list[str]:
    said: list[str] = []
    if "maximum_age_days" in left:
        days = left.pop("maximum_age_days")
        said.append(
            vocabulary.say("hoe oud ook")
            if days is None
            else vocabulary.say("niet ouder dan {days} dagen", days=vocabulary.value(days))
        )
    if "minimum_count" in left:
        count = left.pop("minimum_count")
        words = noted("met minstens {count} waarde") if count == 1 else noted("met minstens {count} waarden")
        said.append(vocabulary.say(words, count=vocabulary.value(count)))
    if "same_as_baseline" in left:
        same = left.pop("same_as_baseline")
        same = dict(same) if isinstance(same, Mapping) else {"measure": same}
        measure, baseline, within = (same.pop(name, None) for name in ("measure", "baseline", "within"))
        facts = {"measure": vocabulary.label(measure), "within": vocabulary.value(within)}
        first = vocabulary.label(baseline)
        said.append(
            vocabulary.say("met {measure} hoogstens {within} verschil van {first} in het begin", first=first, **facts)
        )
        said += [_any_value(same, vocabulary)] if same else []
    if "fallback" in left:
        said.append(vocabulary.say("of anders: {measure}", measure=vocabulary.label(left.pop("fallback"))))
    return said


def _needs(left: dict[str, Any], vocabulary: Vocabulary) -> str:
    needs = left.pop("needs")
    names = [vocabulary.label(key) for key in needs] if isinstance(needs, list | tuple) else [str(needs)]
    return vocabulary.say("te weten: {names}", names=", ".join(names))


def _any_value(value: Any, vocabulary: Vocabulary) -> str:
    if isinstance(value, Mapping):
        return rule_words(value, vocabulary)
    if isinstance(value, list | tuple):
        return "; ".join(_any_value(each, vocabulary) for each in value)
    return vocabulary.label(value) if isinstance(value, str) else vocabulary.value(value)


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
