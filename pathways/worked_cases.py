"""The worked cases of a pathway: does each come out as it was written?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pathways.engine.cases import cases_of, run_case
from pathways.engine.model import Definition


@dataclass(frozen=True)
class CaseResult:
    """A worked case with its story, and in which points it comes out otherwise: none when it is right."""

    title: str
    differences: tuple[str, ...]
    story: str = ""


def case_results(definition: Definition, document: Mapping[str, Any]) -> tuple[CaseResult, ...]:
    """Return every worked case of a document, tried on its rules."""
    return tuple(CaseResult(case.id, tuple(run_case(definition, case)), case.vignette) for case in cases_of(document))


def failing_cases(definition: Definition, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence for each worked case that comes out otherwise than written."""
    results = case_results(definition, document)
    return tuple(f"{result.title}: {'; '.join(result.differences)}" for result in results if result.differences)
