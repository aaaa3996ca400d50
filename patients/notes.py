"""Session notes: a draft that lives on the server, signed once by its writer, and addenda after that."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.db.models import BooleanField, Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.locking import locked
from accounts.models import User
from patients.exceptions import (
    ContactCancelled,
    InvalidRecord,
    NoteChanged,
    NoteLocked,
    NoteOfAnother,
    NoteUnsigned,
)
from patients.models import Encounter, NoteAddendum, NoteTemplate, SessionNote

TEXTS = ("subjective", "objective", "assessment", "plan")
LONGEST_TEXT, LONGEST_LINE = 10_000, 200
SHOWN = 8


@dataclass(frozen=True)
class ExerciseDone:
    """An exercise at a contact as the note keeps it: what was planned, whether it was done, and with which dosage."""

    code: str
    name: str
    planned: str
    is_done: bool
    dosage: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A session note in a list: that of which contact, its state, its writer and its assessment."""

    encounter_id: UUID
    kind: str
    started_at: datetime.datetime
    status: str
    assessment: str
    written_by: str

    @classmethod
    def of(cls, note: SessionNote) -> "NoteLine":
        """Return the line of a note that was read with its contact and its writer."""
        contact = note.encounter
        return cls(contact.pk, contact.kind, contact.started_at, note.status, note.assessment, note.written_by.name)


@transaction.atomic
def start_note(encounter: Encounter, *, by: User, now: datetime.datetime) -> SessionNote:
    """Begin the note of a contact and return its draft; one that is there already is returned as it is.

    Who begins it is its writer. Raises ContactCancelled for a contact that did not take place.
    """
    with pghistory.context(user=str(by.pk)):
        contact: Encounter = locked(Encounter.objects.all(), encounter.pk)
        if contact.status == Encounter.Status.CANCELLED:
            raise ContactCancelled(_("This contact was cancelled: it takes no note."))
        found: SessionNote | None = SessionNote.objects.filter(encounter=contact).first()
        return found or SessionNote.objects.create(
            patient_id=contact.patient_id,
            episode_id=contact.episode_id,
            encounter=contact,
            written_by=by,
            created_at=now,
            updated_at=now,
        )


@transaction.atomic
def save_note(
    note: SessionNote,
    *,
    revision: int,
    subjective: str,
    objective: str,
    assessment: str,
    plan: str,
    exercises_done: Sequence[ExerciseDone],
    by: User,
    now: datetime.datetime,
) -> SessionNote:
    """Keep a draft as it was typed. `revision` is the one that the writer saw last.

    Saving what already stands there changes nothing and is never refused. Raises NoteLocked after signing,
    NoteOfAnother, and NoteChanged when the note was saved elsewhere since: nothing is overwritten then.
    """
    given = {"subjective": subjective, "objective": objective, "assessment": assessment, "plan": plan}
    values: dict[str, Any] = {name: clean_text(text) for name, text in given.items()}
    values["exercises_done"] = [_as_kept(each) for each in exercises_done if each.is_done or each.remark.strip()]
    with pghistory.context(user=str(by.pk)):
        held = _locked(note)
        if all(getattr(held, name) == value for name, value in values.items()):
            return held
        _refuse_writing(held, by)
        if held.revision != revision:
            raise NoteChanged(note=held)
        for name, value in values.items():
            setattr(held, name, value)
        held.revision, held.updated_at = held.revision + 1, now
        held.save(update_fields=[*values, "revision", "updated_at"])
        return held


@transaction.atomic
def sign_note(note: SessionNote, *, by: User, now: datetime.datetime) -> SessionNote:
    """Sign a draft: from now on it is locked, and its contact is finished. Safe to repeat by the writer.

    Raises NoteOfAnother for anyone but the writer, and InvalidRecord for a note without a word.
    """
    with pghistory.context(user=str(by.pk)):
        held = _locked(note)
        if held.status == SessionNote.Status.SIGNED and held.signed_by_id == by.pk:
            return held
        _refuse_writing(held, by)
        if not any(getattr(held, name) for name in TEXTS):
            sentence = _("A note without a word cannot be signed.")
            raise InvalidRecord(sentence, errors={"subjective": [sentence]})
        held.status, held.signed_by, held.signed_at, held.updated_at = SessionNote.Status.SIGNED, by, now, now
        held.save(update_fields=["status", "signed_by", "signed_at", "updated_at"])
        _finish(held.encounter_id, now)
        return held


@transaction.atomic
def amend_note(note: SessionNote, text: str, *, by: User, now: datetime.datetime) -> NoteAddendum:
    """Add words to a signed note, by its writer or another therapist; the note itself stays as it was signed.

    Raises InvalidRecord without words, NoteUnsigned for a draft.
    """
    words = clean_text(text)
    if not words:
        sentence = _("An addendum has a text.")
        raise InvalidRecord(sentence, errors={"text": [sentence]})
    if _locked(note).status != SessionNote.Status.SIGNED:
        raise NoteUnsigned(_("This note is not signed yet: write in the note itself."))
    return NoteAddendum.objects.create(note=note, text=words, written_by=by, written_at=now)


@transaction.atomic
def take_over_note(note: SessionNote, *, by: User, now: datetime.datetime) -> SessionNote:
    """Make another therapist the writer of a draft, such as when a colleague fell ill. The history keeps who wrote.

    Raises NoteLocked after signing.
    """
    with pghistory.context(user=str(by.pk)):
        held = _locked(note)
        if held.status == SessionNote.Status.SIGNED:
            raise NoteLocked(note=held)
        if held.written_by_id != by.pk:
            held.written_by, held.revision, held.updated_at = by, held.revision + 1, now
            held.save(update_fields=["written_by", "revision", "updated_at"])
        return held


def filled(texts: Mapping[str, str], template: NoteTemplate) -> dict[str, str]:
    """Return the texts of a note with the words of a template where nothing was written yet; nothing is replaced."""
    return {name: texts.get(name, "") if texts.get(name, "").strip() else getattr(template, name) for name in TEXTS}


def notes_of(user: User, *, episode: UUID | None = None, patient: UUID | None = None) -> list[SessionNote]:
    """Return the latest notes of an episode or a patient that the user may see, the newest contact first. One query."""
    rows = SessionNote.objects.visible_to(user).select_related("encounter", "written_by", "signed_by")
    rows = rows.filter(episode_id=episode) if episode else rows.filter(patient_id=patient)
    return list(rows.order_by("-encounter__started_at", "-id")[:SHOWN])


def is_written(contact: str = "") -> Case:
    """Return whether a contact was written up, for a query: `contact` leads to it, such as "encounter__".

    A signed note counts, and so do a note of before there were session notes, and a finished intake: that is the
    report of its contact.
    """
    written = (
        Q(**{f"{contact}session_note__status": SessionNote.Status.SIGNED})
        | Q(**{f"{contact}note__gt": ""})
        | Q(**{f"{contact}intake__status": "completed"})
    )
    return Case(When(written, then=Value(True)), default=Value(False), output_field=BooleanField())


def clean_text(text: str) -> str:
    """Return typed text as the record keeps it: one kind of line end, no edges of white, no endless text."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST_TEXT]


def _as_kept(each: ExerciseDone) -> dict[str, Any]:
    return dataclasses.asdict(dataclasses.replace(each, dosage=_line(each.dosage), remark=_line(each.remark)))


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:LONGEST_LINE]


def _locked(note: SessionNote) -> SessionNote:
    found: SessionNote = locked(SessionNote.objects.select_related("written_by"), note.pk)
    return found


def _refuse_writing(note: SessionNote, by: User) -> None:
    if note.status == SessionNote.Status.SIGNED:
        raise NoteLocked(note=note)
    if note.written_by_id != by.pk:
        sentence = _("This is the draft of %(name)s: only the writer writes in it and signs.")
        raise NoteOfAnother(sentence % {"name": note.written_by.name})


def _finish(encounter: UUID, now: datetime.datetime) -> None:
    """A contact that was written up is over; one of an earlier day ended at a moment that nobody noted."""
    contact = locked(Encounter.objects.all(), encounter)
    if contact.status == Encounter.Status.IN_PROGRESS:
        is_today = timezone.localdate(contact.started_at) == timezone.localdate(now)
        contact.status = Encounter.Status.FINISHED
        contact.ended_at = max(now, contact.started_at) if is_today else None
        contact.save(update_fields=["status", "ended_at"])
