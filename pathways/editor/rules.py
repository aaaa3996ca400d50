"""The rules around the phases: thresholds of the traffic light, when to look again, which visits a plan calls for."""

from collections.abc import Mapping, Sequence
from typing import Any

from pathways.editor.document import Document, Row, replaced, with_source

LIGHTS = (
    "green_peak_max", "red_peak", "amber_pre", "red_rise", "amber_rise", "next_from_hours", "next_until_hours",
    "together_hours", "rest_amber", "rest_above_median", "median_days", "week_amber", "week_green",
    "other_side_pain", "other_side_times",
)  # fmt: skip
COUNTS = ("window_days", "step_back_reds", "review_ambers", "advance_reds")


def edit_lights(
    document: Document, thresholds: Mapping[str, int], *, references: Sequence[str], practice_choice: bool
) -> dict[str, Any]:
    """Return the document with other thresholds of the traffic light: pain 0-10, hours, days and counts."""
    lights = {**document["lights"], **{name: thresholds[name] for name in LIGHTS}}
    return dict(replaced(document, ("lights",), with_source(lights, references, practice_choice)))


def edit_review(
    document: Document,
    *,
    counts: Mapping[str, int],
    return_phase: str,
    references: Sequence[str],
    practice_choice: bool,
    response: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the document with other rules for stepping back and looking again.

    `counts` holds COUNTS; `response` the rule of too little progress: from_week, pain (measure, drop_below,
    maximum_age_days), function (rows of measure, gain_below, maximum_age_days), references and practice_choice.
    """
    kept = {name: response[name] for name in ("from_week", "pain", "function")}
    no_response = with_source(
        {**document["review"]["no_response"], **kept}, response["references"], response["practice_choice"]
    )
    review = {**document["review"], **counts, "return_phase": return_phase, "no_response": no_response}
    return dict(replaced(document, ("review",), with_source(review, references, practice_choice)))


def edit_visits(
    document: Document, schedule: Mapping[str, Sequence[Row]], *, references: Sequence[str], practice_choice: bool
) -> dict[str, Any]:
    """Return the document with other visits per course, in the order of their weeks.

    A row has week (from the start of the plan), minutes, type, and window_days: days before (negative) and after.
    """
    written = {course: sorted((dict(row) for row in rows), key=_week) for course, rows in schedule.items()}
    visits = with_source({**document["visits"], "schedule": written}, references, practice_choice)
    return dict(replaced(document, ("visits",), visits))


def _week(row: Row) -> int:
    return int(row["week"])
