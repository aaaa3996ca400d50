"""Three-valued logic (Kleene): a fact that was not asked is unknown, never false."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What a rule says about the facts at hand."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


def verdict_of(answer: bool | None) -> Verdict:
    """Turn a yes, a no or "not asked" into a verdict."""
    if answer is None:
        return Verdict.UNKNOWN
    return Verdict.MET if answer else Verdict.NOT_MET


def answer_of(verdict: Verdict) -> bool | None:
    """Turn a verdict back into True, False or None (unknown)."""
    return None if verdict is Verdict.UNKNOWN else verdict is Verdict.MET


def negate(verdict: Verdict) -> Verdict:
    """Met becomes not met and the other way round; unknown stays unknown."""
    answer = answer_of(verdict)
    return verdict_of(None if answer is None else not answer)


def at_least(count: int, verdicts: Iterable[Verdict]) -> Verdict:
    """Met when ``count`` verdicts are met whatever the unknown ones turn out to be; not met when they never can be."""
    given = list(verdicts)
    met = given.count(Verdict.MET)
    if met >= count:
        return Verdict.MET
    return Verdict.NOT_MET if met + given.count(Verdict.UNKNOWN) < count else Verdict.UNKNOWN


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Not met when one is not met; else unknown when one is unknown; else met (also for none at all)."""
    given = list(verdicts)
    return at_least(len(given), given)


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Met when one is met; else unknown when one is unknown; else not met (also for none at all)."""
    return at_least(1, verdicts)


def any_answered(verdicts: Iterable[Verdict]) -> Verdict:
    """Met when one is met; else not met as soon as one source says no; unknown only when no source says anything."""
    given = list(verdicts)
    if Verdict.MET in given:
        return Verdict.MET
    return Verdict.NOT_MET if Verdict.NOT_MET in given else Verdict.UNKNOWN
