"""The life of a version of a pathway: written as a draft, reviewed, published, retired. A published text stays."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.locking import locked
from accounts.models import User
from pathways.definitions import definition_of
from pathways.engine.checks import Fault, validate_document
from pathways.exceptions import VersionChanged, VersionRefused
from pathways.models import Pathway, PathwayVersion
from pathways.version_texts import checksum_of, parts_of, questionnaire_of, stored_tables
from pathways.worked_cases import failing_cases

Status = PathwayVersion.Status


@transaction.atomic
def start_draft(
    pathway: Pathway, *, based_on: PathwayVersion | None, by: User, now: datetime.datetime
) -> PathwayVersion:
    """Begin the next version of a pathway as a copy of another one, or as an empty text.

    Raises VersionRefused when the pathway already has a draft, or when the other version is of another pathway.
    """
    Pathway.objects.select_for_update().get(pk=pathway.pk)
    waiting = PathwayVersion.objects.filter(pathway=pathway).open_drafts().first()
    if waiting is not None:
        raise VersionRefused(_("This pathway already has a draft."))
    if based_on is not None and based_on.pathway_id != pathway.pk:
        raise VersionRefused(_("A draft begins with a version of the same pathway."))
    number = next_number(pathway)
    empty = {"key": pathway.slug, "title": pathway.title}
    document = {**(based_on.document if based_on else empty), "version": number}
    parts = parts_of(document, stored_tables())
    draft: PathwayVersion = PathwayVersion.objects.create(
        pathway=pathway,
        number=number,
        status=Status.DRAFT,
        based_on=based_on,
        created_by=by,
        created_at=now,
        checksum=checksum_of(parts),
        **parts,
    )
    return draft


def next_number(pathway: Pathway) -> int:
    """Return the number that the next version of a pathway gets."""
    newest = PathwayVersion.objects.filter(pathway=pathway).order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


@transaction.atomic
def save_draft(
    version: PathwayVersion,
    document: Mapping[str, Any],
    *,
    revision: int,
    note: str | None = None,
    by: User,
    now: datetime.datetime,
) -> PathwayVersion:
    """Keep the text of a draft, finished or not, with what it names as that stands today.

    `revision` is the one that the writer saw: VersionChanged (409) when somebody saved the draft since. Raises
    VersionRefused for a version that is no draft or a text with another code. `created_by` and `created_at` become
    who wrote last and when.
    """
    draft = _locked(version)
    if draft.status != Status.DRAFT:
        raise VersionRefused(_("Only a draft can be changed. Start a new draft of this pathway."))
    if draft.revision != revision:
        raise VersionChanged(draft)
    if document.get("key") != draft.pathway_id:
        raise VersionRefused(_("The code of a pathway stays the same: %(code)s.") % {"code": draft.pathway_id})
    parts = parts_of({**document, "version": draft.number}, stored_tables())
    for name, value in parts.items():
        setattr(draft, name, value)
    draft.note = draft.note if note is None else note.strip()
    draft.checksum = checksum_of(parts)
    draft.revision += 1
    draft.created_by, draft.created_at = by, now
    draft.save(update_fields=[*parts, "note", "checksum", "revision", "created_by", "created_at"])
    return draft


def faults_of(version: PathwayVersion) -> tuple[Fault, ...]:
    """Return every fault of a version's text, held against what the practice knows today. Three queries."""
    tables = stored_tables()
    found = validate_document(
        version.document, measures=tables.measures, references=tables.references, exercises=tables.exercises
    )
    return tuple(found)


@transaction.atomic
def review_version(version: PathwayVersion, *, by: User, now: datetime.datetime) -> PathwayVersion:
    """Mark a draft as reviewed: nothing is wrong with its text and each of its worked cases comes out as written.

    Raises VersionRefused with the faults, or with the cases that come out otherwise.
    """
    draft = _locked(version)
    _expect(draft, Status.DRAFT, _("Only a draft can be reviewed."))
    _refuse_faults(draft)
    draft.status, draft.reviewed_at, draft.reviewed_by = Status.REVIEWED, now, by
    draft.save(update_fields=["status", "reviewed_at", "reviewed_by"])
    return draft


@transaction.atomic
def reopen_version(version: PathwayVersion, *, by: User, now: datetime.datetime) -> PathwayVersion:
    """Make a reviewed text a draft again: it can be changed, and must be reviewed again."""
    draft = _locked(version)
    _expect(draft, Status.REVIEWED, _("Only a reviewed text can become a draft again."))
    draft.status, draft.reviewed_at, draft.reviewed_by = Status.DRAFT, None, None
    draft.save(update_fields=["status", "reviewed_at", "reviewed_by"])
    return draft


@transaction.atomic
def publish_version(version: PathwayVersion, *, by: User | None, now: datetime.datetime) -> PathwayVersion:
    """Publish a reviewed text: new intakes and plans begin with it. Older published texts are retired at once.

    Running plans keep the text that they began with. Raises VersionRefused for a text that was not reviewed.
    """
    Pathway.objects.select_for_update().get(pk=version.pathway_id)
    ready = _locked(version)
    _expect(ready, Status.REVIEWED, _("A text is reviewed before it is published."))
    definition = definition_of(ready)
    PathwayVersion.objects.filter(pathway_id=ready.pathway_id).published().update(status=Status.RETIRED, retired_at=now)
    ready.questionnaire = questionnaire_of(definition)
    ready.status, ready.published_at, ready.published_by = Status.PUBLISHED, now, by
    ready.save(update_fields=["questionnaire", "status", "published_at", "published_by"])
    Pathway.objects.filter(pk=ready.pathway_id).update(title=definition.title)
    return ready


@transaction.atomic
def retire_version(version: PathwayVersion, *, by: User, now: datetime.datetime) -> PathwayVersion:
    """Take a published text out of use: no intake or plan begins with it any more. Running plans keep it."""
    old = _locked(version)
    _expect(old, Status.PUBLISHED, _("Only a published text can be retired."))
    old.status, old.retired_at = Status.RETIRED, now
    old.save(update_fields=["status", "retired_at"])
    return old


@transaction.atomic
def discard_draft(version: PathwayVersion, *, by: User, now: datetime.datetime) -> None:
    """Throw a draft away. A reviewed text is first made a draft again; a published text always stays."""
    draft = _locked(version)
    _expect(draft, Status.DRAFT, _("Only a draft can be thrown away."))
    draft.delete()


def _locked(version: PathwayVersion) -> PathwayVersion:
    """The row as it is now, kept from others until this transaction ends."""
    row: PathwayVersion = locked(PathwayVersion.objects.select_related("created_by"), version.pk)
    return row


def _expect(version: PathwayVersion, status: str, otherwise: str) -> None:
    if version.status != status:
        raise VersionRefused(otherwise)


def _refuse_faults(version: PathwayVersion) -> None:
    faults = faults_of(version)
    if faults:
        number = len(faults)
        sentence = ngettext(
            "There is still %(number)d fault in the text.", "There are still %(number)d faults in the text.", number
        )
        raise VersionRefused(sentence % {"number": number}, faults=faults)
    failing = failing_cases(definition_of(version), version.document)
    if failing:
        number = len(failing)
        sentence = ngettext(
            "%(number)d worked case comes out otherwise than written.",
            "%(number)d worked cases come out otherwise than written.",
            number,
        )
        raise VersionRefused(sentence % {"number": number}, cases=failing)
