"""What a user is to a patient. The rooms above tell it: their functions stand in settings.PATIENT_RELATIONS by name."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.aggregates import BoolOr
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.module_loading import import_string

from accounts.kept_query import NOW, SOMEBODY, KeptQuery
from accounts.models.user import Role, User

# Who works in the practice.
STAFF = {Role.THERAPIST, Role.RECEPTIONIST, Role.ADMIN}


class Relation(StrEnum):
    """How near a user stands to a patient."""

    OWN = "own"
    TREATING = "treating"
    PRACTICE = "practice"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ties:
    """Rows that tie patients to accounts, and the names of the columns where each stands."""

    rows: QuerySet[Any, Any]
    patient: str = "patient_id"
    account: str = "practitioner__user_id"


class Resolver(Protocol):
    """Returns all ties of one kind that count at a moment."""

    def __call__(self, now: datetime.datetime) -> Ties: ...


@cache
def _resolvers(relation: Relation) -> tuple[Resolver, ...]:
    return tuple(import_string(name) for name in settings.PATIENT_RELATIONS[relation.value])


def ties(relation: Relation, patients: Collection[UUID], *, now: datetime.datetime) -> QuerySet[Any, tuple[UUID, UUID]]:
    """Return who stands in a relation to each of the patients, as distinct rows (patient, account). One query."""
    found = []
    for resolve in _resolvers(relation):
        kind = resolve(now)
        rows = kind.rows.order_by().filter(**{f"{kind.patient}__in": list(patients)})
        found.append(rows.values_list(kind.patient, kind.account))
    return found[0].union(*found[1:]).order_by() if found[1:] else found[0]


@cache
def _ties_of_one() -> KeptQuery:
    """Who treats a patient: asked before every part of a record is read."""
    return KeptQuery.of(ties(Relation.TREATING, [SOMEBODY], now=NOW))


def patients_tied_to(user: User, *, now: datetime.datetime) -> list[QuerySet[Any, Any]]:
    """Return subqueries that together name every patient whom a therapist treats, for lists."""
    kinds = [resolve(now) for resolve in _resolvers(Relation.TREATING)]
    return [kind.rows.order_by().filter(**{kind.account: user.pk}).values(kind.patient) for kind in kinds]


def relation_of(user: User, patient_id: UUID, *, now: datetime.datetime) -> Relation:
    """Return what a user is to a patient. One query for a therapist and a patient, none for the rest of the staff.

    A patient whom nobody treats yet is everyone's: each therapist counts as treating.
    """
    if user.role == Role.THERAPIST:
        return Relation.TREATING if patient_id in treated_by(user, [patient_id], now=now) else Relation.PRACTICE
    if user.role in STAFF:
        return Relation.PRACTICE
    is_own = (patient_id, user.pk) in set(ties(Relation.OWN, [patient_id], now=now))
    return Relation.OWN if is_own else Relation.NONE


def treated_by(user: User, patients: Collection[UUID], *, now: datetime.datetime) -> set[UUID]:
    """Return those of the patients whom a therapist treats, or whom nobody treats yet. One query, for lists."""
    if not patients:
        return set()
    treating: dict[UUID, set[UUID]] = {}
    alone = next(iter(patients)) if len(patients) == 1 else None
    kept = _ties_of_one().ask({SOMEBODY: alone, NOW: now}) if alone else ties(Relation.TREATING, patients, now=now)
    for patient, therapist in kept:
        treating.setdefault(patient, set()).add(therapist)
    return {each for each in patients if not treating.get(each) or user.pk in treating[each]}


def is_own(user: User, patient: str, *, now: datetime.datetime) -> Coalesce:
    """Return the condition that a therapist treats a row's patient, or nobody does yet: `treated_by` in a query.

    `patient` names the column of the row that holds the patient's id. Of each kind of tie it asks whether one of them
    is the therapist's, which is unknown where there is none. What an index finds by the patient is all that is read:
    EXISTS would do for a few rows, but PostgreSQL then likes to read all ties of the therapist instead.
    """
    kinds = []
    for kind in (resolve(now) for resolve in _resolvers(Relation.TREATING)):
        of_patient = kind.rows.order_by().filter(**{kind.patient: OuterRef(patient)}).values(kind.patient)
        is_mine = ExpressionWrapper(Q(**{kind.account: user.pk}), output_field=BooleanField())
        kinds.append(Subquery(of_patient.annotate(is_mine=BoolOr(is_mine)).values("is_mine")))
    return Coalesce(Greatest(*kinds), Value(True))
