"""The words for the names that the text of a pathway is written with."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pathways.models import Classification, Task
from scheduling.models import Appointment

LABELS: Mapping[str, Any] = {
    # in general
    "title": _("Title"),
    "summary": _("Summary"),
    "label": _("Name"),
    "text": _("Text"),
    "note": _("Note"),
    "key": _("Code"),
    "system": _("Code system"),
    "code": _("Code"),
    "side_codes": _("Code per side"),
    "order": _("Order"),
    "total_weeks": _("Weeks in all"),
    "source": _("Rests on"),
    # the intake
    "questionnaire": _("Intake"),
    "intro": _("Introduction"),
    "mandatory": _("Every question must be answered"),
    "measures": _("Measures"),
    "message": _("Message"),
    "question": _("Question"),
    "compute": _("Computed as"),
    "decimals": _("Decimals"),
    "sided": _("For each side"),
    "shown": _("Shown"),
    # the classification
    "rule": _("Rule"),
    "when": _("When"),
    "also_when": _("Also when"),
    "pointing": _("What points to it"),
    "urgency": _("Urgency"),
    "action": _("What to do"),
    "patient_text": _("Text for the patient"),
    "minimum_age": _("Minimum age"),
    "class": _("Class"),
    "plan": _("Plan"),
    "course": _("Course"),
    "duration": _("Duration"),
    "needs": _("To be known"),
    "criteria": _("Criteria"),
    "contra": _("Findings against"),
    # phases
    "weeks": _("Weeks"),
    "goal": _("Goal"),
    "texts": _("What may be loaded"),
    "weekly_share": _("Share of the usual distance a week"),
    "volume_rule": _("The growth rule counts"),
    "no_running": _("Nobody runs yet"),
    "not_above_usual": _("Never above the usual distance"),
    "maximum_age_days": _("A measurement counts for (days)"),
    "sets": _("Dosage"),
    "per_week": _("Times a week"),
    "progression": _("Progression"),
    "optional": _("Optional"),
    "exercise": _("Exercise"),
    # the traffic light
    "green_peak_max": _("Green up to this pain"),
    "red_peak": _("Red from this pain"),
    "amber_pre": _("Amber from this pain beforehand"),
    "red_rise": _("Red when the next morning is worse by"),
    "amber_rise": _("Amber when the next morning is worse by"),
    "next_from_hours": _("The next morning is asked from (hours)"),
    "next_until_hours": _("The next morning is asked until (hours)"),
    "together_hours": _("Sessions count as one within (hours)"),
    "rest_amber": _("Rest day: amber from this pain"),
    "rest_above_median": _("Rest day: amber when this much above the median"),
    "median_days": _("Days of the median"),
    "week_amber": _("Amber week: amber days from"),
    "week_green": _("Green week: green days from"),
    "other_side_pain": _("Other side: from this pain"),
    "other_side_times": _("Other side: this many times"),
    # running
    "run_min": _("Minutes of running"),
    "walk_min": _("Minutes of walking"),
    "repetitions": _("Repetitions"),
    "total_run_min": _("Minutes of running in all"),
    "phase": _("Phase"),
    "first_step": _("First step"),
    "restart_step": _("Step after a long pause"),
    "rest_hours_after_red": _("Hours of rest after red"),
    "sessions_per_week": _("Sessions a week"),
    "greens_needed": _("Green sessions for a next step"),
    "steps": _("Steps"),
    "until_week": _("Until week"),
    "share": _("Share"),
    "from_days": _("From (days)"),
    "steps_back": _("Steps back"),
    "mean_factor": _("At most times the mean of the last weeks"),
    "last_factor": _("At most times the last week"),
    "last_plus_km": _("Or the last week plus (km)"),
    "easy_week_every": _("An easier week every (weeks)"),
    "easy_week_factor": _("An easier week is times"),
    "long_run_share": _("Longest run: share of the week"),
    "single_run_factor": _("One run: at most times the longest of 30 days"),
    "warn_above": _("Warn above times the limit"),
    "gaps": _("After days without running"),
    "start_percent": _("Cadence to begin with (percent)"),
    "raise_percent": _("Cadence afterwards (percent)"),
    "raise_after_weeks": _("Raised after (weeks)"),
    "in_range_margin": _("Margin around the target"),
    "metronome": _("Metronome"),
    "strategies": _("Strategies"),
    # review and visits
    "window_days": _("Window in days"),
    "step_back_reds": _("A phase back from this many red sessions"),
    "review_ambers": _("Look again from this many amber sessions"),
    "advance_reds": _("A next phase with at most this many red sessions"),
    "return_phase": _("Phase of the return"),
    "from_week": _("From week"),
    "pain": _("Pain"),
    "function": _("Function"),
    "drop_below": _("Dropped by less than"),
    "gain_below": _("Gained less than"),
    "measure": _("Measure"),
    "week": _("Week"),
    "minutes": _("Minutes"),
    "type": _("Kind of visit"),
    "every_visit": _("At every visit"),
    "moments": _("Moments"),
    "target": _("Target"),
    "due": _("By"),
    # after the treatment
    "after_care": _("After the treatment"),
    "alarm_signs": _("Alarming signs in plain words"),
    "check_in_weeks": _("Asked how it goes after this many weeks"),
    "restart": _("Beginning again after a relapse"),
    "restart_course": _("Course after a relapse"),
    "worst_pain_at_most": _("Worst pain at most"),
    # what the text names
    "unit": _("Unit"),
    "minimum": _("Lowest"),
    "maximum": _("Highest"),
    "options": _("Answers"),
    "authors": _("Authors"),
    "year": _("Year"),
    "journal": _("Journal"),
    "doi": _("DOI"),
    "design": _("Design"),
    "finding": _("What it found"),
    "strength": _("Strength"),
    "verified": _("Checked at the source"),
    "correction": _("Correction"),
    "name": _("Name"),
    "how": _("How"),
    "why": _("Why"),
    "equipment": _("Equipment"),
}
SECTIONS: Mapping[str, Any] = {
    "general": _("In general"),
    "questionnaire": _("Intake"),
    "derived": _("Computed values"),
    "criteria": _("Classification: criteria"),
    "contra": _("Classification: findings against"),
    "red_flags": _("Red flags"),
    "classes": _("Classification: classes and course"),
    "differentials": _("Other causes"),
    "lights": _("Thresholds of the traffic light"),
    "running": _("Return to running"),
    "review": _("When to look again"),
    "visits": _("Visits and measuring again"),
    "goals": _("Goals"),
    "cases": _("Worked cases"),
    "measures": _("Measures that the text names"),
    "exercises": _("Exercises that the text names"),
    "references": _("Publications that the text names"),
}
RUNNING_PARTS: Mapping[str, Any] = {
    "start": _("First step after the intake"),
    "promotion": _("A step further"),
    "pauses": _("After a pause"),
    "volume": _("Growth of the distance"),
    "cadence": _("Cadence"),
}


# Codes of a document in words, by the name that they stand under.
CODES: Mapping[str, Mapping[str, Any]] = {
    "class": dict(Classification.Outcome.choices),
    "urgency": dict(Task.Urgency.choices),
    "type": dict(Appointment.Type.choices),
    "plan": {
        "offer": _("the plan is offered"),
        "confirm": _("the physiotherapist confirms with a reason"),
        "none": _("no plan"),
    },
}


def code_label(name: str, value: str) -> str:
    """Return the words for a code under a name, and for the moments of a phase; empty for any other text."""
    if name in {"due", "moments"} and value.endswith((".exit", ".start")):
        phase, moment = value.rsplit(".", 1)
        words = _("end of %(phase)s") if moment == "exit" else _("start of %(phase)s")
        return str(words) % {"phase": phase}
    return str(CODES.get(name, {}).get(value, ""))


def label_of(name: str) -> str:
    """Return the words for a name of a document; a name without words stays as it is."""
    return str(LABELS.get(name, name))


def rank_of(name: str) -> int:
    """Return the place of a name among the others: the order in which a text is read."""
    return _RANKS.get(name, len(_RANKS))


_RANKS = {name: number for number, name in enumerate(LABELS)}
