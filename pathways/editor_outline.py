"""A draft in outline: what each part says in a line, and what is wrong with it beside the way to mend it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.engine.checks import Fault
from pathways.fault_words import fault_words
from pathways.models import PathwayVersion

# The pages of one phase, by the part of a fault's path that they mend.
PHASE_PAGES = {"exit": "edit-criteria", "exercises": "edit-exercises"}
PAGES = {
    "classification.red_flags": ("edit-flags", "flags"),
    "classification": ("edit-classification", "classification"),
    "lights": ("edit-lights", "lights"),
    "review": ("edit-review", "review"),
    "visits": ("edit-visits", "visits"),
    "goals": ("edit-goals", "goals"),
    "title": ("edit-general", "general"),
    "summary": ("edit-general", "general"),
}
# Faults after which the forms cannot be filled in: something that they show is not there, or is something else.
BROKEN = ("is a required property", "is not of type")
IN_A_PHASE = re.compile(r"phases\[(\d+)\](?:\.(\w+))?")


@dataclass(frozen=True)
class FaultLine:
    """One fault with the address of the form that mends it; an empty address: only an import does."""

    where: str
    reason: str
    url: str
    part: str


@dataclass(frozen=True)
class PhaseLine:
    """A phase in outline; `weeks` per course, and how many of each it has."""

    key: str
    title: str
    goal: str
    weeks: tuple[str, ...]
    criteria: int
    exercises: int
    lessons: int
    faults: int


@dataclass(frozen=True)
class PartLine:
    """Another part of the draft: its title, what it says in a line, and its form."""

    key: str
    title: str
    text: str
    icon: str
    url: str
    faults: int


@dataclass(frozen=True)
class Outline:
    """The whole draft in outline."""

    faults: tuple[FaultLine, ...]
    phases: tuple[PhaseLine, ...]
    parts: tuple[PartLine, ...]
    is_whole: bool


def outline_of(version: PathwayVersion, faults: Sequence[Fault]) -> Outline:
    """Return a draft in outline; a text that lacks whole parts has no forms for them yet."""
    document = version.document
    lines = tuple(fault_line(version, fault) for fault in faults)
    whole = not any(end in fault.reason for fault in faults for end in BROKEN)
    phases = tuple(_phase(document, row, lines) for row in document.get("phases", ())) if whole else ()
    return Outline(lines, phases, tuple(_parts(version, lines)) if whole else (), whole)


def fault_line(version: PathwayVersion, fault: Fault) -> FaultLine:
    """Return a fault in the words of the pages, with the form that mends it."""
    document = version.document
    found = IN_A_PHASE.match(fault.path)
    if found and int(found[1]) < len(document.get("phases", ())):
        phase = document["phases"][int(found[1])]
        page = PHASE_PAGES.get(found[2] or "", "edit-phase")
        url = reverse(f"pathways:{page}", args=[version.pk, phase["key"]])
        return FaultLine(str(phase.get("title", phase["key"])), fault_words(fault.reason), url, f"phase-{phase['key']}")
    for start, (page, part) in PAGES.items():
        if fault.path.startswith(start):
            return FaultLine(
                fault.path, fault_words(fault.reason), reverse(f"pathways:{page}", args=[version.pk]), part
            )
    return FaultLine(fault.path, fault_words(fault.reason), "", "")


def _phase(document: Mapping[str, Any], row: Mapping[str, Any], faults: Iterable[FaultLine]) -> PhaseLine:
    labels = {course["key"]: course["label"] for course in document["courses"]}
    return PhaseLine(
        key=row["key"],
        title=row["title"],
        goal=row["goal"],
        weeks=tuple(f"{labels.get(key, key)}: {weeks_in_words(pair)}" for key, pair in row["weeks"].items()),
        criteria=len(row["exit"]),
        exercises=len(row["exercises"]),
        lessons=len(row["education"]),
        faults=_count(faults, f"phase-{row['key']}"),
    )


def weeks_in_words(pair: Sequence[int]) -> str:
    """Return "2 weeks" or "2 to 3 weeks"."""
    low, high = pair
    if low == high:
        return ngettext("%(count)d week", "%(count)d weeks", high) % {"count": high}
    return _("%(low)d to %(high)d weeks") % {"low": low, "high": high}


def _count(faults: Iterable[FaultLine], part: str) -> int:
    return sum(1 for fault in faults if fault.part == part)


def _parts(version: PathwayVersion, faults: Sequence[FaultLine]) -> list[PartLine]:
    rows = [
        ("general", "edit-general", _("Title and summary"), "file-text", _summary(version.document)),
        ("flags", "edit-flags", _("Red flags"), "octagon-alert", _flags(version.document)),
        (
            "classification",
            "edit-classification",
            _("Findings for and against"),
            "list-checks",
            _findings(version.document),
        ),
        ("lights", "edit-lights", _("Traffic light"), "traffic-cone", _lights(version.document["lights"])),
        ("review", "edit-review", _("When to look again"), "refresh-cw", _review(version.document["review"])),
        ("visits", "edit-visits", _("Visits"), "calendar-clock", _visits(version.document)),
        ("goals", "edit-goals", _("Goals"), "target", _goals(version.document)),
    ]
    return [
        PartLine(key, title, text, icon, reverse(f"pathways:{page}", args=[version.pk]), _count(faults, key))
        for key, page, title, icon, text in rows
    ]


def _summary(document: Mapping[str, Any]) -> str:
    return str(document.get("summary") or _("No summary yet."))


def _flags(document: Mapping[str, Any]) -> str:
    flags = document["classification"]["red_flags"]
    today = sum(1 for flag in flags if flag["urgency"] == "EMERGENCY")
    return _("%(all)d red flags, %(today)d of them go to the emergency department today.") % {
        "all": len(flags),
        "today": today,
    }


def _findings(document: Mapping[str, Any]) -> str:
    rules = document["classification"]
    return _("%(criteria)d criteria, %(contra)d findings against, %(other)d other causes.") % {
        "criteria": len(rules["criteria"]),
        "contra": len(rules["contra"]),
        "other": len(rules["differentials"]),
    }


def _lights(lights: Mapping[str, Any]) -> str:
    return _("Green up to %(green)s of 10, red from %(red)s.") % {
        "green": lights["green_peak_max"],
        "red": lights["red_peak"],
    }


def _review(review: Mapping[str, Any]) -> str:
    return _("A phase back after %(reds)s red sessions in %(days)s days, a look after %(ambers)s amber ones.") % {
        "reds": review["step_back_reds"],
        "days": review["window_days"],
        "ambers": review["review_ambers"],
    }


def _visits(document: Mapping[str, Any]) -> str:
    schedule = document["visits"]["schedule"]
    labels = {course["key"]: course["label"] for course in document["courses"]}
    return " · ".join(
        ngettext("%(course)s: %(count)d visit", "%(course)s: %(count)d visits", len(rows))
        % {"course": labels.get(course, course), "count": len(rows)}
        for course, rows in schedule.items()
    )


def _goals(document: Mapping[str, Any]) -> str:
    return " · ".join(row["text"] for row in document.get("goals", ())) or _("No goals yet.")
