"""What a type of resource is here: its tables, what it can be asked, and who may ask."""

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.models import User
from fysicure.fhir.elements import Resource, instant
from fysicure.fhir.lookup import Lookup
from fysicure.fhir.server.clauses import NOTHING, Clause, Ref
from fysicure.fhir.server.values import read_uuid

PARAMETERS = "http://hl7.org/fhir/SearchParameter/"
CHANGED = "changed_at"


def by_uuid(text: str) -> Q:
    """The row whose key an id is."""
    key = read_uuid(text)
    return NOTHING if key is None else Q(pk=key)


def by_number(text: str) -> Q:
    """The row whose number an id is."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return Q(pk=int(text)) if is_number else NOTHING


def with_change(rows: QuerySet[Any], *others: Subquery) -> QuerySet[Any]:
    """Say of each row, in `changed_at`, when its history saw the last change. No query of its own.

    `others` tell the same of what else stands in the resource (`last_event`): whoever has a resource and asks whether
    it changed must not hear "no" because only such a row did.
    """
    own = last_event(rows.model, "pgh_obj_id")
    return rows.annotate(**{CHANGED: Greatest(own, *others) if others else own})


def last_event(model: type[Model], column: str, *, of: str = "pk") -> Subquery:
    """Return when the history of a table saw the last change of rows whose `column` is the `of` of the row."""
    events: Any = model.pgh_event_model  # type: ignore[attr-defined]
    found = events.objects.filter(**{column: OuterRef(of)}).order_by("-pgh_created_at", "-pgh_id")
    return Subquery(found.values("pgh_created_at")[:1])


def by_history(row: Any) -> datetime.datetime | None:
    """When a row of `with_change` last changed."""
    told: datetime.datetime | None = getattr(row, CHANGED)
    return told


def by_key(row: Any) -> datetime.datetime:
    """When a row was written that never changes, or that a later one replaced: their keys tell (RFC 9562)."""
    keys = [row.pk, getattr(getattr(row, "replaced_by", None), "pk", None)]
    moments = [datetime.datetime.fromtimestamp((key.int >> 80) / 1000, datetime.UTC) for key in keys if key]
    return max(moments)


@dataclass(frozen=True)
class Source:
    """One table behind a type. `rows` is what a user may know of; `patient` the way to the patient's id, "" for none.

    `resource` gets a row, which brings along what it needs, and the codes. `clauses` are the parameters, `sorts` the
    columns by which it can be put in order, never empty ones. `by_id` says which row an id of FHIR is, `changed` when
    a row last changed (None: nobody knows).
    """

    rows: Callable[[User], QuerySet[Any]]
    resource: Callable[[Any, Lookup], Resource]
    clauses: Mapping[str, Clause]
    patient: str = ""
    sorts: Mapping[str, str] = field(default_factory=dict)
    by_id: Callable[[str], Q] = by_uuid
    changed: Callable[[Any], datetime.datetime | None] = lambda row: None

    def patient_of(self, row: Any) -> UUID | None:
        """Return the id of the patient whose row it is; None when it belongs to nobody."""
        return Ref(self.patient, "Patient").value(row) if self.patient else None

    def built(self, row: Any, lookup: Lookup) -> Resource:
        """Return the resource of a row, with its last change where the row tells it."""
        resource = self.resource(row, lookup)
        meta = dict(resource.get("meta", {}))
        changed = self.changed(row)
        if changed is not None:
            meta.setdefault("lastUpdated", instant(changed))
        named = {"resourceType": resource["resourceType"], "id": resource["id"]}
        return {**named, **({"meta": meta} if meta else {}), **{k: v for k, v in resource.items() if k != "meta"}}


@dataclass(frozen=True)
class Found:
    """A row that was found, or a resource that stands in no table (`row` None)."""

    source: Source | None
    row: Any
    made: Resource | None = None

    @property
    def patient_id(self) -> UUID | None:
        """Whose it is; None: nobody's."""
        return self.source.patient_of(self.row) if self.source else None

    def resource(self, lookup: Lookup) -> Resource:
        """Return what goes over the wire."""
        return self.source.built(self.row, lookup) if self.source else dict(self.made or {})


@dataclass(frozen=True)
class Kind:
    """A type of resource. `action` is the line of accounts.policy; clinical rows are noted as such in the access log.

    `definitions` names, for the parameters whose official definition is not `Type-name`, which one it is. `private`
    parameters tell who somebody is: they come by POST only. `desk` are the elements for who may not see what is the
    matter; () when all may see all. `mandatory` are the elements that R4 requires, kept by `_elements`. `includes`
    names, for references that may come along, the element that holds them.
    """

    name: str
    action: str
    is_clinical: bool
    sources: tuple[Source, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    desk: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()
    includes: Mapping[str, str] = field(default_factory=dict)
    listed: Callable[..., Sequence[Resource]] | None = None
    listed_one: Callable[..., Resource | None] | None = None
    listed_parameters: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        """Return each search parameter with its type in R4."""
        first = {name: clause.kind for source in self.sources for name, clause in source.clauses.items()}
        return {"_id": "token", **first, **self.listed_parameters}

    def definition(self, parameter: str) -> str:
        """Return the address of the official definition of a parameter."""
        general = {"_id": "Resource-id", "_lastUpdated": "Resource-lastUpdated"}
        name = general.get(parameter) or self.definitions.get(parameter) or f"{self.name}-{parameter}"
        return PARAMETERS + name

    def sorts(self) -> set[str]:
        """Return the names by which all tables of this type can be put in order."""
        named = [set(source.sorts) for source in self.sources]
        return set.intersection(*named) if named else set()

    def part(self, *, of_list: bool) -> str:
        """Return the part of a record (accounts.record_parts) that opening it is."""
        return "other program" + (" clinical" if self.is_clinical else "") + (" list" if of_list else "")

    def by_ids(self, user: User, ids: Collection[str]) -> list[Found]:
        """Return those of some resources that the user may know of. One query for each table."""
        found = []
        for source in self.sources:
            wanted = Q()
            for each in ids:
                wanted |= source.by_id(each)
            found += [Found(source, row) for row in source.rows(user).filter(wanted or NOTHING)]
        return found

    def one(self, user: User, pk: str) -> Found | None:
        """Return one resource that the user may know of, or None."""
        if self.listed_one is not None:
            made = self.listed_one(pk)
            return Found(None, None, made) if made else None
        return next((found for found in self.by_ids(user, [pk])), None)
