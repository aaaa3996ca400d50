"""Visits a plan calls for and what is measured again at each."""

from datetime import date, timedelta

from pathways.engine.model import Definition, Visit


def visit_window(visit: Visit, started_on: date) -> tuple[date, date]:
    """First and last day on which the visit fits."""
    due = started_on + timedelta(weeks=visit.week)
    return due + timedelta(days=visit.window_days[0]), due + timedelta(days=visit.window_days[1])


def remeasured_at(definition: Definition, week: int, moment: str | None = None) -> tuple[str, ...]:
    """Measures to take at a visit in this week, or at a moment such as the start of a phase."""
    found = [
        key
        for row in definition.remeasure
        if row.every_visit or week in row.weeks or (moment is not None and moment in row.moments)
        for key in row.measures
    ]
    return tuple(dict.fromkeys(found))
