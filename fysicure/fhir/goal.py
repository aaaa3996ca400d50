"""Goal, and the target in it."""

import ast
import re

from fysicure.fhir.elements import (
    LOCAL,
    Resource,
    coded,
    coding,
    concept,
    day,
    quantity,
    reference,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from pathways.engine.comparison import Comparison
from pathways.models import CarePlan, Goal

_ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"
_COMPARATORS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<", "equals": ""}
# A plan keeps the target of its pathway as it was written down when it began.
_WRITTEN = re.compile(r"Comparison\(operator='(\w+)', operand=(.+)\)")


def goal(row: Goal, *, plan: CarePlan, label: str = "", unit: str = "", lookup: Lookup = NOTHING) -> Resource:
    """Return a goal of a plan. Its key is a number: it stays unique within the kind.

    `label` and `unit` are those of its measure, where they are at hand.
    """
    is_reached = row.lifecycle_status == Goal.Lifecycle.COMPLETED
    target = _target(row, label, unit, lookup)
    return without_empty(
        {
            "resourceType": "Goal",
            "id": str(row.pk),
            "lifecycleStatus": row.lifecycle_status,
            "achievementStatus": coded("", system=_ACHIEVEMENT, code="achieved") if is_reached else None,
            "description": coded(row.description),
            "subject": reference("Patient", plan.patient_id),
            "startDate": day(plan.started_on),
            "target": [target] if target else [],
        }
    )


def _target(row: Goal, label: str, unit: str, lookup: Lookup) -> Resource:
    due = without_empty({"dueDate": day(row.due_on)})
    comparison = read_target(row.target)
    if comparison is not None and row.measure_key:
        return target_of(comparison, row.measure_key, label or row.measure_key, unit, lookup=lookup) | due
    if not row.target:
        return due
    measure = coding(f"{LOCAL}/measure", row.measure_key) if row.measure_key else None
    return {
        "measure": concept(label or row.description, *([measure] if measure else [])),
        "detailString": row.target,
    } | due


def target_of(comparison: Comparison | None, key: str, label: str, unit: str, *, lookup: Lookup = NOTHING) -> Resource:
    """Return what a measure should come to. A number is a Quantity with its comparator; anything else is words."""
    if comparison is None:
        return {}
    measure = concept(label, *lookup.codes("measure", key), coding(f"{LOCAL}/measure", key, label))
    wanted = comparison.operand
    if isinstance(wanted, bool) and comparison.operator == "equals":
        return {"measure": measure, "detailBoolean": wanted}
    if isinstance(wanted, int | float) and not isinstance(wanted, bool) and comparison.operator in _COMPARATORS:
        return {"measure": measure, "detailQuantity": quantity(wanted, unit, _COMPARATORS[comparison.operator])}
    return {"measure": measure, "detailString": comparison.words()}


def read_target(written: str) -> Comparison | None:
    """Return the comparison that a goal was written with; None for words."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    try:
        return Comparison(found[1], ast.literal_eval(found[2]))
    except (ValueError, SyntaxError):
        return None
