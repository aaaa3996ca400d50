"""What the pages of versions show, read in a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from pathways.definitions import TEXTS, definition_of
from pathways.engine.checks import Fault
from pathways.migration_preview import ENDED
from pathways.models import CarePlan, Pathway, PathwayVersion
from pathways.version_outline import Section, outline
from pathways.versions import faults_of
from pathways.worked_cases import CaseResult, case_results

Status = PathwayVersion.Status
TONES = {Status.DRAFT: "amber", Status.REVIEWED: "petrol", Status.PUBLISHED: "green", Status.RETIRED: "neutral"}
RUNNING = Count("care_plans", filter=~Q(care_plans__status__in=ENDED))


@dataclass(frozen=True)
class PathwayCard:
    """A pathway with its versions, newest first. `draft` is the one that is still being written or reviewed."""

    pathway: Pathway
    versions: tuple[PathwayVersion, ...]
    draft: PathwayVersion | None
    published: PathwayVersion | None


@dataclass(frozen=True)
class VersionPage:
    """One version as it is read: its sections, what is wrong with a draft, and its worked cases."""

    version: PathwayVersion
    phases: tuple[Section, ...]
    sections: tuple[Section, ...]
    faults: tuple[Fault, ...]
    cases: tuple[CaseResult, ...]
    publications: tuple[Mapping[str, Any], ...]
    running_plans: int
    others: tuple[PathwayVersion, ...]
    tone: str

    @property
    def is_open(self) -> bool:
        """Whether the text is still to be published."""
        return self.version.status in {Status.DRAFT, Status.REVIEWED}


def version_list() -> tuple[PathwayCard, ...]:
    """Return every pathway with its versions, without their texts, and how many plans run on each. Two queries."""
    rows = PathwayVersion.objects.defer(*TEXTS).select_related("created_by", "reviewed_by", "published_by")
    counted = rows.annotate(running_plans=RUNNING).order_by("-number")
    by_pathway: dict[str, list[PathwayVersion]] = {}
    for row in counted:
        row.tone = TONES[row.status]
        by_pathway.setdefault(row.pathway_id, []).append(row)
    return tuple(_card(pathway, by_pathway.get(pathway.pk, ())) for pathway in Pathway.objects.order_by("title"))


def _card(pathway: Pathway, versions: Iterable[PathwayVersion]) -> PathwayCard:
    rows = tuple(versions)
    by_status = {row.status: row for row in reversed(rows)}
    return PathwayCard(
        pathway, rows, by_status.get(Status.DRAFT) or by_status.get(Status.REVIEWED), by_status.get(Status.PUBLISHED)
    )


def version_page(version: PathwayVersion) -> VersionPage:
    """Return a version as it is read. Two queries, three more for a text that is not published."""
    is_open = version.status in {Status.DRAFT, Status.REVIEWED}
    faults = faults_of(version) if is_open else ()
    sections = outline(version)
    others = PathwayVersion.objects.filter(pathway_id=version.pathway_id).exclude(pk=version.pk)
    return VersionPage(
        version=version,
        phases=tuple(section for section in sections if section.group),
        sections=tuple(section for section in sections if not section.group and section.key != "cases"),
        faults=faults,
        cases=() if faults else case_results(definition_of(version), version.document),
        publications=tuple(version.references[key] for key in sorted(version.references)),
        running_plans=CarePlan.objects.filter(pathway_version=version).running().count(),
        others=tuple(others.defer(*TEXTS)),
        tone=TONES[Status(version.status)],
    )
