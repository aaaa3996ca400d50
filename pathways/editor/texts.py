"""The words of a pathway: its title and summary, red flags, the findings of the classification, goals."""

from collections.abc import Sequence
from typing import Any

from pathways.editor.document import Document, Row, filled, key_for, merged_rows, replaced, without

RULES = ("criteria", "contra", "differentials")


def edit_general(document: Document, *, title: str, summary: str) -> dict[str, Any]:
    """Return the document with another title and summary; an empty summary is none."""
    rest = without(document, "summary")
    return {**rest, "title": title, **filled({"summary": summary})}


def edit_flags(document: Document, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the document with these red flags, in this order.

    A row has key (the measure that asks for it), label, urgency, action, patient_text, references, practice_choice.
    What a stored flag says besides (when a finding raises it too) is kept.
    """
    way = ("classification", "red_flags")
    flags = merged_rows(rows, document["classification"]["red_flags"], "red_flag")
    return dict(replaced(document, way, flags))


def edit_rules(document: Document, name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the document with other words for the rules of the classification; their conditions are kept.

    `name` is criteria, contra or differentials. A row has key, label, pointing (of a differential), references and
    practice_choice. A key that the document does not know raises KeyError: rules are added by import.
    """
    stored = document["classification"][name]
    known = {row["key"] for row in stored}
    for row in rows:
        if row["key"] not in known:
            raise KeyError(row["key"])
    return dict(replaced(document, ("classification", name), merged_rows(rows, stored, name)))


def edit_goals(document: Document, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the document with these goals. A row has key, text, measure, operator, threshold and due ("P4.exit")."""
    taken = {row["key"] for row in rows if row.get("key")}
    goals = []
    for row in rows:
        key = row.get("key") or key_for("goal", taken)
        taken.add(key)
        target = {row["operator"]: row["threshold"]} if row.get("operator") else None
        goals.append(filled({"key": key, "text": row["text"], "measure": row.get("measure"), "target": target}))
        goals[-1]["due"] = row["due"]
    return dict(replaced(document, ("goals",), goals))
