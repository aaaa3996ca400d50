"""How often therapists decide against the rules, why, and how those patients fared: what a practice learns from."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pathways.definitions import definition_of
from pathways.models import Decision, PathwayVersion, Task

# A choice of the practice: how far back the page looks, and how long after a decision we look how it went.
LOOKS_BACK = datetime.timedelta(days=2 * 365)
FARES_WITHIN = datetime.timedelta(days=28)
MET = "met"


@dataclass(frozen=True)
class Fate:
    """How plans went in the 28 days after a decision. A setback is a red light, a block or a step back."""

    well: int = 0
    setback: int = 0
    too_early: int = 0

    @property
    def known(self) -> int:
        """How many can be judged already."""
        return self.well + self.setback

    @property
    def percent_well(self) -> int | None:
        """Share that went well, of those that can be judged; None when none can."""
        return round(100 * self.well / self.known) if self.known else None


@dataclass(frozen=True)
class LedgerRow:
    """One criterion of one version: advanced although it was not met, beside advanced with it met."""

    version: str
    pathway: str
    phase: str
    label: str
    overruled: int
    without_data: int
    fate: Fate
    followed: int
    followed_fate: Fate
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class OtherRow:
    """Decisions against the proposal that no single criterion explains: held though met, or stepped back unasked."""

    pathway: str
    phase: str
    kind: str
    count: int
    fate: Fate
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Ledger:
    """Everything decided in two years: totals, overruled criteria, other decisions against the proposal."""

    decisions: int
    against: int
    rows: tuple[LedgerRow, ...]
    others: tuple[OtherRow, ...]


@dataclass(frozen=True)
class _Made:
    """A decision with how it went."""

    version: int
    kind: str
    phase: str
    is_override: bool
    reason: str
    criteria: Mapping[str, str]
    fate: str


def ledger(*, now: datetime.datetime) -> Ledger:
    """Return how the rules were overruled. Four queries."""
    decided = _decisions(now)
    versions = PathwayVersion.objects.select_related("pathway").in_bulk({each.version for each in decided})
    rows = [row for pk, version in versions.items() for row in _rows(version, [d for d in decided if d.version == pk])]
    return Ledger(
        decisions=len(decided),
        against=sum(each.is_override for each in decided),
        rows=tuple(sorted(rows, key=lambda row: (-row.overruled, row.pathway, row.phase, row.label))),
        others=_others(decided, versions),
    )


def _decisions(now: datetime.datetime) -> list[_Made]:
    kinds = [Decision.Kind.ADVANCE, Decision.Kind.HOLD, Decision.Kind.STEP_BACK, Decision.Kind.BLOCK]
    rows = list(
        Decision.objects.filter(kind__in=kinds, made_at__gt=now - LOOKS_BACK, made_at__lte=now)
        .order_by("made_at")
        .values(
            "plan_id", "kind", "from_phase", "is_override", "reason_code", "evidence", "made_at",
            "plan__pathway_version_id",
        )
    )  # fmt: skip
    setbacks = _setbacks(rows, now)
    return [
        _Made(
            version=row["plan__pathway_version_id"],
            kind=row["kind"],
            phase=row["from_phase"],
            is_override=row["is_override"],
            reason=row["reason_code"],
            criteria={each["key"]: each["status"] for each in row["evidence"].get("criteria", [])},
            fate=_fate(row["made_at"], setbacks[row["plan_id"]], now),
        )
        for row in rows
        if row["kind"] != Decision.Kind.BLOCK
    ]


def _setbacks(rows: Iterable[Mapping[str, Any]], now: datetime.datetime) -> dict[UUID, list[datetime.datetime]]:
    """When each plan had a red light, was blocked, or stepped back."""
    found: dict[UUID, list[datetime.datetime]] = defaultdict(list)
    for row in rows:
        if row["kind"] in {Decision.Kind.STEP_BACK, Decision.Kind.BLOCK}:
            found[row["plan_id"]].append(row["made_at"])
    red = Task.objects.filter(kind=Task.Kind.RED_LIGHT, plan__isnull=False, created_at__gt=now - LOOKS_BACK)
    for plan_id, created_at in red.values_list("plan_id", "created_at"):
        found[plan_id].append(created_at)
    return found


def _fate(made_at: datetime.datetime, setbacks: Iterable[datetime.datetime], now: datetime.datetime) -> str:
    if any(made_at < moment <= made_at + FARES_WITHIN for moment in setbacks):
        return "setback"
    return "too_early" if made_at + FARES_WITHIN > now else "well"


def _fates(rows: Iterable[_Made]) -> Fate:
    counts = Counter(row.fate for row in rows)
    return Fate(counts["well"], counts["setback"], counts["too_early"])


def _reasons(rows: Iterable[_Made]) -> tuple[tuple[str, int], ...]:
    labels = dict(Decision.ReasonCode.choices)
    counts = Counter(row.reason for row in rows if row.reason)
    return tuple((str(labels.get(code, code)), count) for code, count in counts.most_common())


def _rows(version: PathwayVersion, decided: Sequence[_Made]) -> list[LedgerRow]:
    """The criteria of a version that somebody advanced past."""
    definition = definition_of(version)
    found = []
    for phase in definition.phases:
        advanced = [each for each in decided if each.kind == Decision.Kind.ADVANCE and each.phase == phase.key]
        for line in phase.exit:
            against = [each for each in advanced if each.criteria.get(line.key, MET) != MET]
            followed = [each for each in advanced if each.criteria.get(line.key) == MET]
            if against:
                found.append(
                    LedgerRow(
                        version=str(version),
                        pathway=version.pathway.title,
                        phase=f"{phase.key} {phase.title}",
                        label=line.label,
                        overruled=len(against),
                        without_data=sum(each.criteria[line.key] == "unknown" for each in against),
                        fate=_fates(against),
                        followed=len(followed),
                        followed_fate=_fates(followed),
                        reasons=_reasons(against),
                    )
                )
    return found


def _others(decided: Iterable[_Made], versions: Mapping[int, PathwayVersion]) -> tuple[OtherRow, ...]:
    groups: dict[tuple[str, str, str], list[_Made]] = defaultdict(list)
    for each in decided:
        if each.is_override and each.kind != Decision.Kind.ADVANCE:
            groups[versions[each.version].pathway.title, each.phase, each.kind].append(each)
    labels = dict(Decision.Kind.choices)
    found = [
        OtherRow(pathway, phase, str(labels[kind]), len(rows), _fates(rows), _reasons(rows))
        for (pathway, phase, kind), rows in groups.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.count, row.pathway, row.phase)))
