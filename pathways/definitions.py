"""From files to published versions: all or nothing, and loading twice changes nothing."""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext as _

from pathways.engine.content import Content, read_content
from pathways.engine.definition import parse_definition
from pathways.engine.findings import MeasureDefinition, Option
from pathways.engine.model import Definition
from pathways.engine.model import Exercise as ExerciseDefinition
from pathways.engine.model import Reference as ReferenceDefinition
from pathways.models import Exercise, Pathway, PathwayVersion, Reference
from patients.models import Measure, Questionnaire

TEXTS = ("document", "measures", "exercises", "references")


@dataclass(frozen=True)
class LoadReport:
    """What loading changed: numbers of rows made or changed, and the versions that were published ("slug v2")."""

    measures: int
    exercises: int
    references: int
    published: tuple[str, ...]


@transaction.atomic
def load(directory: Path, *, now: datetime.datetime) -> LoadReport:
    """Check a folder of content and load it, all or nothing.

    Raises ContentError with a line `file:path: reason` for each fault. A pathway whose text, measures, exercises and
    references are what they were gets no new version.
    """
    content = read_content(directory)
    counts = _load_measures(content), _load_exercises(content), _load_references(content)
    published = [
        version
        for slug, definition in content.pathways.items()
        if (version := _publish(definition, content.documents[slug], now))
    ]
    return LoadReport(*counts, published=tuple(published))


def current_version(slug: str) -> PathwayVersion:
    """Return the newest published version of a pathway. Raises Http404 when there is none."""
    published = PathwayVersion.objects.published().select_related("questionnaire").filter(pathway_id=slug)
    version: PathwayVersion | None = published.order_by("-number").first()
    if version is None:
        raise Http404(_("There is no such pathway."))
    return version


def version_asking(questionnaire_id: int) -> PathwayVersion:
    """Return the newest version whose intake is this questionnaire: a draft keeps the questions that it began with.

    The texts of the version are fetched only when this process has not read them yet. Raises Http404 without one.
    """
    versions = PathwayVersion.objects.defer(*TEXTS).filter(questionnaire_id=questionnaire_id)
    version: PathwayVersion | None = versions.order_by("-number").first()
    if version is None:
        raise Http404(_("There is no such pathway."))
    return version


def definition_of(version: PathwayVersion) -> Definition:
    """Return the rules of a version. Versions never change, so each is read once in a process."""
    return _parse(_ByChecksum(version))


class _ByChecksum:
    """A version that compares by its checksum, so that the cache holds one entry for each text."""

    def __init__(self, version: PathwayVersion) -> None:
        self.version = version

    def __hash__(self) -> int:
        return hash(self.version.checksum)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByChecksum) and other.version.checksum == self.version.checksum


@lru_cache(maxsize=64)
def _parse(key: _ByChecksum) -> Definition:
    version = key.version
    if left_out := version.get_deferred_fields():
        version.refresh_from_db(fields=left_out)
    return parse_definition(
        version.document,
        {key: _measure(row) for key, row in version.measures.items()},
        {key: ReferenceDefinition(**row) for key, row in version.references.items()},
        {key: _exercise(row) for key, row in version.exercises.items()},
    )


def _measure(row: Mapping[str, Any]) -> MeasureDefinition:
    return MeasureDefinition(**{**row, "options": tuple(Option(**option) for option in row["options"])})


def _exercise(row: Mapping[str, Any]) -> ExerciseDefinition:
    return ExerciseDefinition(**{**row, "how": tuple(row["how"]), "equipment": tuple(row["equipment"])})


def _plain(row: Any) -> dict[str, Any]:
    """Return a dataclass as JSON keeps it."""
    return dict(json.loads(json.dumps(dataclasses.asdict(row), default=str)))


def _publish(definition: Definition, document: Mapping[str, Any], now: datetime.datetime) -> str | None:
    """Publish a definition as the next version of its pathway, unless the newest says the same."""
    parts = {
        "document": json.loads(json.dumps(document, default=str)),
        "measures": {key: _plain(row) for key, row in definition.measures.items()},
        "exercises": {key: _plain(row) for key, row in definition.exercises.items()},
        "references": {key: _plain(row) for key, row in definition.references.items()},
    }
    checksum = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    pathway, _made = Pathway.objects.get_or_create(slug=definition.key, defaults={"title": definition.title})
    newest = pathway.versions.order_by("-number").first()
    if newest is not None and newest.checksum == checksum:
        return None
    if pathway.title != definition.title:
        pathway.title = definition.title
        pathway.save(update_fields=["title"])
    version = PathwayVersion.objects.create(
        pathway=pathway,
        number=newest.number + 1 if newest else 1,
        questionnaire=_questionnaire(definition, parts["measures"]),
        checksum=checksum,
        status=PathwayVersion.Status.PUBLISHED,
        published_at=now,
        **parts,
    )
    return str(version)


def _questionnaire(definition: Definition, measures: Mapping[str, Any]) -> Questionnaire:
    """Return the questionnaire of a definition: the newest one when it asks the same, else a new version."""
    sections = [
        {
            "key": section.key,
            "title": section.title,
            "intro": section.intro,
            "mandatory": section.mandatory,
            "measures": [measures[key] for key in section.measures],
        }
        for section in definition.questionnaire.sections
    ]
    document = {"pathway": definition.key, "sections": sections}
    slug = f"{definition.key}-intake"
    newest = Questionnaire.objects.filter(slug=slug).order_by("-version").first()
    if newest is not None and newest.document == document:
        return newest
    number = newest.version + 1 if newest else 1
    return Questionnaire.objects.create(slug=slug, version=number, title=definition.title, document=document)


def _load_measures(content: Content) -> int:
    return _upsert(
        Measure(
            key=key,
            label=measure.label,
            type=measure.type,
            unit=measure.unit,
            minimum=_exact(measure.minimum),
            maximum=_exact(measure.maximum),
            definition=_plain(measure),
        )
        for key, measure in content.measures.items()
    )


def _exact(limit: float | None) -> Decimal | None:
    return None if limit is None else Decimal(str(limit))


def _load_exercises(content: Content) -> int:
    rows = content.exercises.items()
    return _upsert(Exercise(code=key, name=row.name, document=_plain(row)) for key, row in rows)


def _load_references(content: Content) -> int:
    return _upsert(
        Reference(
            key=key,
            authors=row.authors,
            year=row.year,
            title=row.title or "",
            doi=row.doi or "",
            strength=row.strength,
            document=_plain(row),
        )
        for key, row in content.references.items()
    )


def _upsert(given: Iterable[Model]) -> int:
    """Write the rows that are new or say something else than what is stored; return how many those are."""
    rows = list(given)
    if not rows:
        return 0
    model = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    stored = model._default_manager.in_bulk([row.pk for row in rows])
    changed = [row for row in rows if row.pk not in stored or not _same(row, stored[row.pk], names)]
    key = model._meta.pk.name
    model._default_manager.bulk_create(changed, update_conflicts=True, unique_fields=[key], update_fields=names)
    return len(changed)


def _same(row: Model, stored: Model, names: Iterable[str]) -> bool:
    return all(getattr(row, name) == getattr(stored, name) for name in names)
