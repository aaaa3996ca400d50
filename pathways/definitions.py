"""From files to published versions: all or nothing, and loading twice changes nothing."""

import datetime
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
from pathways.engine.instruments import read_instruments
from pathways.engine.model import Definition
from pathways.models import Exercise, Instrument, Pathway, PathwayVersion, Reference
from pathways.version_texts import (
    Parts,
    Tables,
    as_exercise,
    as_measure,
    as_reference,
    checksum_of,
    parts_of,
    plain,
    questionnaire_of,
    says_the_same,
    undated,
)
from patients.models import Measure, Questionnaire

TEXTS = ("document", "measures", "exercises", "references")
Status = PathwayVersion.Status


@dataclass(frozen=True)
class LoadReport:
    """What loading changed: numbers of rows made or changed, and the versions that were published ("slug v2") or
    became a draft."""

    measures: int
    exercises: int
    references: int
    published: tuple[str, ...]
    drafts: tuple[str, ...] = ()
    instruments: int = 0


def load(directory: Path, *, now: datetime.datetime) -> LoadReport:
    """Check a folder of content and load it, all or nothing.

    Raises ContentError with a line `file:path: reason` for each fault. A pathway that says what it said the last time
    that its file was loaded gets no new version, whatever somebody of the practice wrote since. A file with
    `status: draft` becomes a draft and never touches a text that a person wrote; another file is published, which
    retires the older texts.
    """
    content = read_content(directory)
    return load_content(content, read_instruments(directory, content.measures, content.references), now=now)


@transaction.atomic
def load_content(
    content: Content, instruments: Mapping[str, Mapping[str, Any]], *, now: datetime.datetime
) -> LoadReport:
    """Load content that was read and checked, as `load` does."""
    counts = _load_measures(content), _load_exercises(content), _load_references(content)
    tables = Tables(content.measures, content.references, content.exercises)
    made = [
        version
        for slug, definition in content.pathways.items()
        if (version := _load_version(definition, content.documents[slug], tables, now))
    ]
    return LoadReport(
        *counts,
        published=tuple(str(version) for version in made if version.status == Status.PUBLISHED),
        drafts=tuple(str(version) for version in made if version.status == Status.DRAFT),
        instruments=_load_instruments(instruments),
    )


def published_versions() -> list[PathwayVersion]:
    """Return the text of each pathway that intakes may begin with, by title, without the long texts. One query."""
    rows = PathwayVersion.objects.published().defer(*TEXTS).select_related("pathway", "questionnaire")
    return list(rows.order_by("pathway__title", "-number"))


def current_version(slug: str) -> PathwayVersion:
    """Return the newest published version of a pathway. Raises Http404 when there is none."""
    published = PathwayVersion.objects.published().select_related("questionnaire").filter(pathway_id=slug)
    version: PathwayVersion | None = published.order_by("-number").first()
    if version is None:
        raise Http404(_("There is no such pathway."))
    return version


def intake_of(slug: str) -> Questionnaire:
    """Return the questions with which a pathway begins today. Raises Http404 when nothing of it is published."""
    asked = current_version(slug).questionnaire
    if asked is None:
        raise Http404(_("There is no such pathway."))
    return asked


def version_asking(questionnaire_id: int) -> PathwayVersion:
    """Return the newest version whose intake is this questionnaire: an intake keeps the questions that it began with.

    Drafts never count; a retired text does, for an intake that began with it. The texts of the version are fetched
    only when this process has not read them yet. Raises Http404 without one.
    """
    ever_published = PathwayVersion.objects.filter(status__in=[Status.PUBLISHED, Status.RETIRED])
    versions = ever_published.defer(*TEXTS).filter(questionnaire_id=questionnaire_id)
    version: PathwayVersion | None = versions.order_by("-number").first()
    if version is None:
        raise Http404(_("There is no such pathway."))
    return version


def definition_of(version: PathwayVersion) -> Definition:
    """Return the rules of a version; each text is read once in a process. Raises InvalidDefinition for a draft with
    faults."""
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
        {key: as_measure(row) for key, row in version.measures.items()},
        {key: as_reference(row) for key, row in version.references.items()},
        {key: as_exercise(row) for key, row in version.exercises.items()},
    )


def _load_version(
    definition: Definition, document: Mapping[str, Any], tables: Tables, now: datetime.datetime
) -> PathwayVersion | None:
    """Make the next version of a pathway from its file, unless the file says what it said before."""
    pathway, _made = Pathway.objects.get_or_create(slug=definition.key, defaults={"title": definition.title})
    parts = parts_of(document, tables)
    newest: PathwayVersion | None = pathway.versions.order_by("-number").first()
    is_draft = document.get("status") == Status.DRAFT
    becomes_public = newest is not None and not is_draft and _is_untouched_draft(newest)
    if newest is not None and not becomes_public and _is_known(pathway, newest, parts):
        return None
    if is_draft:
        return _load_draft(pathway, newest, parts, now)
    if newest is not None and _is_untouched_draft(newest):
        newest.delete()
    pathway.versions.published().update(status=Status.RETIRED, retired_at=now)
    if pathway.title != definition.title:
        pathway.title = definition.title
        pathway.save(update_fields=["title"])
    return _make(
        pathway, parts, now, status=Status.PUBLISHED, published_at=now, questionnaire=questionnaire_of(definition)
    )


def _load_draft(
    pathway: Pathway, newest: PathwayVersion | None, parts: Parts, now: datetime.datetime
) -> PathwayVersion | None:
    """Make a draft of a file, or renew the one that the file made before; what a person wrote is left alone."""
    if newest is not None and newest.created_by_id is not None:
        return None
    if newest is not None and newest.status == Status.REVIEWED:
        return None
    if newest is not None and _is_untouched_draft(newest):
        newest.delete()
    return _make(pathway, parts, now, based_on=pathway.versions.published().first())


def _is_known(pathway: Pathway, newest: PathwayVersion, parts: Parts) -> bool:
    """Whether the file says what the version said that it last made.

    Once a person wrote a later text, a change of a measure or a publication alone does not bring the file back.
    """
    last = pathway.versions.filter(created_by__isnull=True).order_by("-number").first()
    if last is None:
        return False
    if newest.created_by_id is not None and newest.status not in {Status.DRAFT, Status.REVIEWED}:
        return bool(last.document == parts["document"])
    return says_the_same(parts, {name: getattr(last, name) for name in parts})


def _is_untouched_draft(version: PathwayVersion) -> bool:
    return version.status == Status.DRAFT and version.created_by_id is None


def _make(pathway: Pathway, parts: Parts, now: datetime.datetime, **fields: Any) -> PathwayVersion:
    newest = pathway.versions.order_by("-number").first()
    version: PathwayVersion = pathway.versions.create(
        number=newest.number + 1 if newest else 1, checksum=checksum_of(parts), created_at=now, **fields, **parts
    )
    return version


def _load_measures(content: Content) -> int:
    return _upsert(
        Measure(
            key=key,
            label=measure.label,
            type=measure.type,
            unit=measure.unit,
            minimum=_exact(measure.minimum),
            maximum=_exact(measure.maximum),
            definition=plain(measure),
        )
        for key, measure in content.measures.items()
    )


def _exact(limit: float | None) -> Decimal | None:
    return None if limit is None else Decimal(str(limit))


def _load_exercises(content: Content) -> int:
    rows = content.exercises.items()
    return _upsert(Exercise(code=key, name=row.name, document=plain(row)) for key, row in rows)


def _load_references(content: Content) -> int:
    return _upsert(
        Reference(
            key=key,
            authors=row.authors,
            year=row.year,
            title=row.title or "",
            doi=row.doi or "",
            strength=row.strength,
            reviewed_on=row.reviewed_on,
            review_due=row.review_due,
            document=undated(row),
        )
        for key, row in content.references.items()
    )


def _load_instruments(given: Mapping[str, Mapping[str, Any]]) -> int:
    return _upsert(Instrument(key=key, title=row["title"], document=dict(row)) for key, row in given.items())


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
