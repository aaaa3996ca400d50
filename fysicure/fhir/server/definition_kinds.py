"""The types of what the practice knows: pathways and questionnaires. Published texts only, the newest of each."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from fysicure.fhir.elements import key_of
from fysicure.fhir.plan_definition import plan_definition
from fysicure.fhir.questionnaire import instrument_questionnaire, questionnaire
from fysicure.fhir.server.clauses import ALL, NOTHING, Choice, Coded, Text, Uri
from fysicure.fhir.server.kinds import Kind, Source
from pathways.models import Instrument, PathwayVersion
from patients.models import Questionnaire

_STATUS = "http://hl7.org/fhir/publication-status"
_ACTIVE = Choice({"active": ALL}, _STATUS)


def _pathways(user: User) -> QuerySet[Any]:
    newer = PathwayVersion.objects.published().filter(pathway_id=OuterRef("pathway_id")).order_by("-number")
    rows = PathwayVersion.objects.published().select_related("pathway", "questionnaire")
    return rows.filter(pk=Subquery(newer.values("pk")[:1]))


def _intakes(user: User) -> QuerySet[Any]:
    newer = Questionnaire.objects.filter(slug=OuterRef("slug")).order_by("-version")
    return Questionnaire.objects.filter(pk=Subquery(newer.values("pk")[:1]))


def _instruments(user: User) -> QuerySet[Any]:
    return Instrument.objects.all()


def _number(column: str) -> Any:
    def find(system: str | None, code: str) -> Q:
        is_number = system in (None, "") and code.isascii() and code.isdecimal() and len(code) < 9
        return Q(**{column: int(code)}) if is_number else NOTHING

    return Coded(find)


def _address(kind: str, column: str) -> Uri:
    """An address of ours ends in the kind and the id."""

    def find(address: str) -> Q:
        before, slash, name = address.partition("|")[0].rpartition(f"/fhir/R4/{kind}/")
        return Q(**{column: key_of(name)}) if before and slash and name else NOTHING

    return Uri(find)


PLAN_DEFINITION = Kind(
    name="PlanDefinition",
    action="fhir.definitions",
    is_clinical=False,
    sources=(
        Source(
            rows=_pathways,
            resource=lambda row, lookup: plan_definition(row, lookup=lookup),
            by_id=lambda text: Q(pathway_id=key_of(text)),
            clauses={
                "title": Text(("pathway__title",)),
                "url": _address("PlanDefinition", "pathway_id"),
                "version": _number("number"),
                "status": _ACTIVE,
            },
        ),
    ),
    mandatory=("status",),
)

QUESTIONNAIRE = Kind(
    name="Questionnaire",
    action="fhir.definitions",
    is_clinical=False,
    sources=(
        Source(
            rows=_intakes,
            resource=lambda row, lookup: questionnaire(row),
            by_id=lambda text: Q(slug=key_of(text)),
            clauses={
                "title": Text(("title",)),
                "url": _address("Questionnaire", "slug"),
                "version": _number("version"),
                "status": _ACTIVE,
            },
        ),
        Source(
            rows=_instruments,
            resource=lambda row, lookup: instrument_questionnaire(row),
            by_id=lambda text: Q(pk=key_of(text)),
            clauses={
                "title": Text(("title",)),
                "url": _address("Questionnaire", "key"),
                "status": _ACTIVE,
            },
        ),
    ),
    mandatory=("status",),
)
