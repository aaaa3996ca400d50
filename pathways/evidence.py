"""Which publications the pathways rest on, how strongly, and which rules lean on each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from pathways.engine.model import Definition
from pathways.engine.source import Source
from pathways.models import PathwayVersion, Reference
from pathways.page_language import spoken_definition
from pathways.version_labels import RUNNING_PARTS

STRENGTHS = ("strong", "moderate", "weak", "contradicts", "expert", "practice_choice")


@dataclass(frozen=True)
class Support:
    """A rule that leans on a publication: the pathway, the kind of rule, and the rule in words."""

    pathway: str
    kind: str
    label: str


@dataclass(frozen=True)
class EvidenceRow:
    """A publication with the rules that lean on it."""

    reference: Reference
    is_verified: bool
    supports: tuple[Support, ...]
    state: Any = None


@dataclass(frozen=True)
class EvidenceGroup:
    """Publications of one strength, strongest first."""

    strength: str
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class EvidencePage:
    """All publications in groups, and the rules that rest on no publication but on a choice of the practice."""

    groups: tuple[EvidenceGroup, ...]
    choices: tuple[Support, ...]


def evidence_list(states: Mapping[str, Any] | None = None) -> EvidencePage:
    """Return what the current versions of all pathways rest on; each row carries its state of review. Two queries."""
    known = states or {}
    supports: dict[str, list[Support]] = defaultdict(list)
    choices: list[Support] = []
    for version in current_versions():
        definition = spoken_definition(version)
        for kind, label, source in sources(definition):
            support = Support(definition.title, kind, label)
            for key in source.references:
                supports[key].append(support)
            if source.practice_choice and not source.references:
                choices.append(support)
    rows = [
        EvidenceRow(
            row,
            bool(row.document.get("verified", True)),
            tuple(dict.fromkeys(supports.get(row.key, ()))),
            known.get(row.key),
        )
        for row in Reference.objects.order_by("authors", "year", "key")
    ]
    groups = [
        EvidenceGroup(strength, tuple(row for row in rows if row.reference.strength == strength))
        for strength in STRENGTHS
    ]
    return EvidencePage(tuple(group for group in groups if group.rows), tuple(dict.fromkeys(choices)))


def current_versions() -> list[PathwayVersion]:
    """Return the latest published version of each pathway. One query."""
    newest = Window(RowNumber(), partition_by=F("pathway"), order_by=F("number").desc())
    ranked = PathwayVersion.objects.published().annotate(rank=newest).filter(rank=1)
    return list(ranked.order_by("pathway"))


def sources(definition: Definition) -> Iterator[tuple[str, str, Source]]:
    """Yield every rule of a pathway: its kind, its words, and what it rests on.

    Rules without words of their own, such as the thresholds of the traffic light, carry the title of the pathway.
    """
    rules = definition.classification
    named: list[tuple[str, tuple[Any, ...]]] = [
        (_("classification"), rules.criteria),
        (_("finding against"), rules.contra),
        (_("red flag"), rules.red_flags),
        (_("other cause"), rules.differentials),
    ]
    for kind, rows in named:
        yield from ((kind, row.label, row.source) for row in rows)
    for phase in definition.phases:
        yield _("load"), phase.title, phase.load.source
        yield from ((_("criterion"), f"{phase.title}: {line.label}", line.source) for line in phase.exit)
        for dose in phase.exercises:
            name = definition.exercises[dose.exercise].name if dose.exercise in definition.exercises else dose.exercise
            yield _("exercise"), name, dose.source
        yield from ((_("education"), item.text, item.source) for item in phase.education)
    yield _("review"), _("When to look at the plan again"), definition.review.source
    for kind, label, source in _unnamed(definition):
        yield kind, f"{definition.title}: {label}", source


def _unnamed(definition: Definition) -> Iterator[tuple[str, str, Source]]:
    """Computed values, thresholds and schedules, by the names that the page of a version gives them."""
    for computed in definition.derived.values():
        yield _("Computed values").lower(), computed.label, computed.source
    yield _("classification"), _("Course"), definition.classification.course_source
    yield _("Traffic light").lower(), _("Thresholds of the traffic light"), definition.lights.source
    if definition.running is not None:
        for part, source in definition.running.sources.items():
            yield _("Return to running").lower(), str(RUNNING_PARTS[part]), source
    yield _("review"), _("Too little progress"), definition.review.response_source
    yield _("visits"), _("The schedule as a whole"), definition.visits_source
    if definition.after_care is not None:
        after = _("After the treatment")
        yield after.lower(), _("Beginning again after a relapse"), definition.after_care.source
