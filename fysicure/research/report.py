"""The figures of the check: how many, who was left out, how coarse, how large the classes."""

import datetime
import statistics
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils import timezone

from fysicure.research.asked import Asked
from fysicure.research.checking import trails_of
from fysicure.research.columns import TEXT
from fysicure.research.generalising import LEVELS, MOST_SUPPRESSED, QUASI_IDENTIFIERS, Choice, class_sizes
from fysicure.research.people import Considered

FORMAT, VERSION = "fysicure-research", 1


def report_of(
    asked: Asked,
    considered: Considered,
    choice: Choice,
    outcomes: pa.Table,
    *,
    same_names: bool,
    now: datetime.datetime,
) -> dict[str, Any]:
    """Return the report that goes along with a file. Counts of people below k are told as "fewer than k"."""
    sizes = class_sizes((row[0], row[2:]) for row in trails_of(outcomes)) or [0]
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_on": timezone.localdate(now).isoformat(),
        "practice": settings.PRACTICE_NAME,
        "k": asked.k,
        "quasi_identifiers": list(QUASI_IDENTIFIERS),
        "most_suppressed": MOST_SUPPRESSED,
        "years": {"first": asked.first_year, "last": asked.last_year},
        "generalisation": {"step": choice.step, "steps": len(LEVELS) - 1, "level": choice.level.as_json()},
        "patients": len(set(outcomes["pseudonym"].to_pylist())),
        "plans": outcomes.num_rows,
        "plans_suppressed": choice.suppressed,
        "left_out": {
            reason: {"patients": _told(patients, asked.k), "plans": _told(plans, asked.k)}
            for reason, (patients, plans) in sorted(considered.left_out.items())
        },
        "classes": {
            "count": len(sizes),
            "smallest": sizes[0],
            "median": statistics.median(sizes),
            "largest": sizes[-1],
        },
        "one_outcome_only": one_outcome_only(outcomes),
        "pseudonyms": "the same in every file of this study" if same_names else "made for this file only",
    }


def _told(count: int, k: int) -> int | str:
    return count if count >= k or not count else f"fewer than {k}"


def one_outcome_only(outcomes: pa.Table) -> dict[str, int]:
    """Return in how many classes of plans everybody has the same classification and status, and how many patients.

    l-diversity is Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam, "l-diversity: privacy beyond k-anonymity",
    ACM Transactions on Knowledge Discovery from Data 1(1), 2007. It is told, not enforced: care goes well for most.
    """
    names = (*QUASI_IDENTIFIERS, "classification", "status", "pseudonym")
    outcomes_of: dict[tuple[Any, ...], set[tuple[str, str]]] = defaultdict(set)
    people: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in zip(*(outcomes[name].to_pylist() for name in names), strict=True):
        outcomes_of[row[:-3]].add(row[-3:-1])
        people[row[:-3]].add(row[-1])
    alone = [each for each, found in outcomes_of.items() if len(found) == 1]
    return {"count": len(alone), "patients": len(set().union(*(people[each] for each in alone)))}


def with_metadata(table: pa.Table, report: Mapping[str, Any], text: str) -> pa.Table:
    """Return a table that carries the report in its metadata; `text` is the report as JSON."""
    if table.schema.field(0).type != TEXT:
        raise ValueError(table.schema.field(0))
    return table.replace_schema_metadata({"fysicure.research": text, "fysicure.k": str(report["k"])})
