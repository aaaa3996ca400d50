"""A threshold as data: one operator, one operand, and the sentence that goes with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pathways.engine.logic import Verdict, verdict_of
from pathways.engine.sentences import noted

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda value, limit: bool(value >= limit),
    "at_most": lambda value, limit: bool(value <= limit),
    "above": lambda value, limit: bool(value > limit),
    "below": lambda value, limit: bool(value < limit),
    "equals": lambda value, wanted: bool(value == wanted),
    "not_equals": lambda value, unwanted: bool(value != unwanted),
    "one_of": lambda value, wanted: value in wanted,
    "includes": lambda values, wanted: wanted in values,
}
WORDS: Mapping[str, str] = {
    "at_least": noted("minstens"),
    "at_most": noted("hoogstens"),
    "above": noted("meer dan"),
    "below": noted("minder dan"),
    "equals": noted("gelijk aan"),
    "not_equals": noted("niet gelijk aan"),
    "one_of": noted("één van"),
    "includes": noted("met daarbij"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One operator of ``OPERATORS`` with its operand, in the unit of the value it is held against."""

    operator: str
    operand: Any

    def judge(self, value: Any) -> Verdict:
        """Compare a value; an absent value is unknown."""
        if value is None:
            return Verdict.UNKNOWN
        return verdict_of(OPERATORS[self.operator](exact(value), exact(self.operand)))

    def words(self) -> str:
        """The threshold in Dutch, for an explanation."""
        return f"{WORDS[self.operator]} {in_dutch(self.operand)}"


def parse_comparison(row: Mapping[str, Any]) -> Comparison:
    """Read the one operator a row carries."""
    operator = next(name for name in OPERATORS if name in row)
    operand = row[operator]
    return Comparison(operator, tuple(operand) if isinstance(operand, list) else operand)


def exact(value: Any) -> Any:
    """A float as the decimal number a person typed, so that 0.1 means 0.1; anything else unchanged."""
    return Decimal(str(value)) if isinstance(value, float) else value


def round_half_up(value: Decimal | float, decimals: int) -> Decimal:
    """Round 5 away from zero, as people do on paper."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def in_dutch(value: Any) -> str:
    """A value as a Dutch reader writes it: decimal comma, ja/nee, lists with commas."""
    if value is None:
        return noted("niet gekend")
    if isinstance(value, bool):
        return noted("ja") if value else noted("nee")
    if isinstance(value, (list, tuple)):
        return ", ".join(in_dutch(part) for part in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_dutch(part)}" for key, part in value.items())
    if isinstance(value, (float, Decimal)):
        return f"{Decimal(str(value)).normalize():f}".replace(".", ",")
    return str(value)
