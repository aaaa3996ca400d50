"""What the database refuses about session notes, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from patients.models import Encounter, EpisodeOfCare, NoteAddendum, NoteTemplate, SessionNote
from tests.people import NOW

pytestmark = pytest.mark.django_db


def refusal(act: Callable[[], Any]) -> str:
    """Return the name of the constraint that refuses an act."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


@pytest.fixture
def note(episode: EpisodeOfCare, therapist: User) -> SessionNote:
    contact = Encounter.objects.create(patient=episode.patient, episode=episode, kind="session", started_at=NOW)
    return SessionNote.objects.create(
        patient=episode.patient, episode=episode, encounter=contact, plan="Rust.", written_by=therapist
    )


@pytest.fixture
def signed(note: SessionNote, therapist: User) -> SessionNote:
    SessionNote.objects.filter(pk=note.pk).update(status="final", signed_at=NOW, signed_by=therapist)
    return note


@pytest.mark.parametrize("values", [{"status": "final"}, {"signed_at": NOW}, {"status": "final", "signed_at": NOW}])
def test_a_signed_note_says_who_and_when(note: SessionNote, values: dict[str, Any]) -> None:
    rows = SessionNote.objects.filter(pk=note.pk)
    assert refusal(lambda: rows.update(**values)) == "patients_sessionnote_signed_when"


def test_a_contact_has_one_note(note: SessionNote, therapist: User) -> None:
    values = {"patient": note.patient, "episode": note.episode, "encounter": note.encounter, "written_by": therapist}
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionNote.objects.create(**values)


def test_a_signed_note_never_changes(signed: SessionNote) -> None:
    rows = SessionNote.objects.filter(pk=signed.pk)
    for change in ({"plan": "Anders."}, {"status": "preliminary", "signed_at": None, "signed_by": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows._raw_delete("default")


def test_an_addendum_has_a_text_and_never_changes(signed: SessionNote, therapist: User) -> None:
    assert (
        refusal(lambda: NoteAddendum.objects.create(note=signed, text="", written_by=therapist))
        == "patients_noteaddendum_has_text"
    )
    row = NoteAddendum.objects.create(note=signed, text="Belde terug.", written_by=therapist)
    with pytest.raises(DatabaseError), transaction.atomic():
        NoteAddendum.objects.filter(pk=row.pk).update(text="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        NoteAddendum.objects.filter(pk=row.pk)._raw_delete("default")


def test_a_template_has_a_name_of_its_own(practitioner: Any) -> None:
    NoteTemplate.objects.create(name="Eerste sessie", plan="x")
    NoteTemplate.objects.create(name="Eerste sessie", plan="x", practitioner=practitioner)
    for owner in (None, practitioner):
        name = refusal(lambda: NoteTemplate.objects.create(name="Eerste sessie", practitioner=owner))  # noqa: B023
        assert name == "patients_notetemplate_name_once"
