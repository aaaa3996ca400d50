"""A kept summary of a treatment, in words for a page or a letter."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pathways.closing_summary import MEASURED, NOT_JUDGED, PHASE_DONE, THERAPIST
from pathways.models import Decision, Phase
from pathways.page_language import number_words


def in_words(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary with days as days, and the words of each change, goal, phase and decision beside its code."""
    return {
        **summary,
        "started_on": _day(summary["started_on"]),
        "ended_on": _day(summary["ended_on"]),
        "measures": [_measure(row) for row in summary["measures"]],
        "phases": [_phase(row) for row in summary["phases"]],
        "decisions": [_decision(row) for row in summary["decisions"]],
        "goals": [_goal(row) for row in summary["goals"]],
    }


def change_word(change: str) -> str:
    """What a change of a measure means."""
    return {
        "better": _("better than the smallest change that matters"),
        "small": _("changed less than what matters"),
        "worse": _("worse by more than the smallest change that matters"),
        "unnamed": _("no smallest change is named for this measure"),
        "once": _("measured once: no change is known"),
    }[change]


def _measure(row: Mapping[str, Any]) -> dict[str, Any]:
    tones = {"better": "green", "worse": "red"}
    return {
        **row,
        "start": _number(row["start"]),
        "end": _number(row["end"]),
        "start_on": _day(row["start_on"]),
        "end_on": _day(row["end_on"]),
        "change_word": change_word(row["change"]),
        "tone": tones.get(row["change"], "neutral"),
    }


def _number(value: Any) -> str:
    if value is None:
        return ""
    return number_words(value) if isinstance(value, int | float) else str(value)


def _phase(row: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        Phase.Status.PLANNED.value: _("not reached"),
        Phase.Status.ACTIVE.value: _("left here"),
        Phase.Status.COMPLETED.value: _("done") if row["started_on"] else _("passed over"),
    }
    days = {"started_on": _day(row["started_on"]), "completed_on": _day(row["completed_on"])}
    return {**row, **days, "word": words[row["status"]]}


def _decision(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "on": _day(row["on"]), "word": Decision.Kind(row["kind"]).label}


def _goal(row: Mapping[str, Any]) -> dict[str, Any]:
    reached = {True: _("reached"), False: _("not reached"), None: _("not judged")}[row["reached"]]
    basis = {
        MEASURED: _("by its measure"),
        PHASE_DONE: _("by the phase that was completed"),
        THERAPIST: _("said by the physiotherapist"),
        NOT_JUDGED: "",
    }[row["basis"]]
    tone = {True: "green", False: "amber", None: "neutral"}[row["reached"]]
    return {**row, "word": reached, "how": basis, "tone": tone}


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
