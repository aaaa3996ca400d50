"""Phases of a pathway: their words and weeks, what the patient should hear, the exercises, and their order."""

from collections.abc import Mapping, Sequence
from typing import Any

from pathways.editor.document import (
    Document,
    Row,
    dropped,
    filled,
    key_for,
    merged_rows,
    moved,
    references_of,
    replaced,
    with_source,
)


def phase_index(document: Document, key: str) -> int:
    """Return the place of a phase. Raises KeyError when the document has no such phase."""
    for index, phase in enumerate(document["phases"]):
        if phase["key"] == key:
            return index
    raise KeyError(key)


def edit_phase(
    document: Document,
    key: str,
    *,
    title: str,
    goal: str,
    weeks: Mapping[str, tuple[int, int]],
    texts: Sequence[str],
    references: Sequence[str],
    practice_choice: bool,
    education: Sequence[Row],
) -> dict[str, Any]:
    """Return the document with other words for a phase.

    `weeks` holds the fewest and the most weeks per course; `texts`, `references` and `practice_choice` are those of
    its load; a row of `education` has key, text, references and practice_choice.
    """
    index = phase_index(document, key)
    phase = document["phases"][index]
    load = with_source({**phase["load"], "texts": list(texts)}, references, practice_choice)
    return _with_phase(
        document,
        index,
        title=title,
        goal=goal,
        weeks={course: list(pair) for course, pair in weeks.items()},
        load=load,
        education=merged_rows(education, phase["education"], "lesson"),
    )


def edit_exercises(document: Document, key: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the document with these exercises in a phase, in this order.

    A row has exercise, sets, per_week, progression, optional, references and practice_choice. Times a week that are
    digits only are kept as a number, as they are written in a file.
    """
    index = phase_index(document, key)
    before = {row["exercise"]: references_of(row) for row in document["phases"][index]["exercises"]}
    exercises = []
    for row in rows:
        times = str(row["per_week"]).strip()
        written = {
            "exercise": row["exercise"],
            "sets": row["sets"],
            "per_week": int(times) if times.isdecimal() and len(times) < 10 else times,
            "progression": row.get("progression"),
            "optional": bool(row.get("optional")),
        }
        known = {**filled(written), "reference": before.get(row["exercise"], [])}
        exercises.append(with_source(known, row["references"], row["practice_choice"]))
    return _with_phase(document, index, exercises=exercises)


def add_phase(document: Document, *, title: str) -> dict[str, Any]:
    """Return the document with one more phase at the end, to fill in: it has no exit lines yet."""
    phases = document["phases"]
    key = key_for(f"P{len(phases) + 1}", (phase["key"] for phase in phases))
    blank = {
        "key": key,
        "order": len(phases) + 1,
        "title": title,
        "weeks": {course["key"]: [1, 2] for course in document["courses"]},
        "goal": title,
        "load": {"texts": [], "practice_choice": True},
        "exit": [],
        "exercises": [],
        "education": [],
    }
    return {**document, "phases": [*phases, blank]}


def move_phase(document: Document, key: str, by: int) -> dict[str, Any]:
    """Return the document with a phase a place earlier (-1) or later (+1)."""
    return _numbered(document, moved(document["phases"], phase_index(document, key), by))


def remove_phase(document: Document, key: str) -> dict[str, Any]:
    """Return the document without a phase. What still names it (a goal, a running step) becomes a fault to mend."""
    return _numbered(document, dropped(document["phases"], phase_index(document, key)))


def _numbered(document: Document, phases: Sequence[Row]) -> dict[str, Any]:
    return {**document, "phases": [{**phase, "order": number} for number, phase in enumerate(phases, 1)]}


def _with_phase(document: Document, index: int, **changes: Any) -> dict[str, Any]:
    return dict(replaced(document, ("phases", index), {**document["phases"][index], **changes}))
