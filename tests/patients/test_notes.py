"""Session notes: written by one, signed once, and added to by anyone who treats; and the words they begin with."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Practitioner, User
from patients.exceptions import (
    ContactCancelled,
    InvalidRecord,
    NoteChanged,
    NoteLocked,
    NoteOfAnother,
    NoteUnsigned,
)
from patients.models import Encounter, EpisodeOfCare, NoteAddendum, NoteTemplate, SessionNote
from patients.note_templates import keep_template, usable_templates
from patients.notes import (
    ExerciseDone,
    amend_note,
    filled,
    notes_of,
    save_note,
    sign_note,
    start_note,
    take_over_note,
)
from tests.people import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(minutes=40)
WORDS = {"subjective": "Minder pijn.", "objective": "", "assessment": "Gaat vooruit.", "plan": "Volgende week terug."}
BRIDGE = ExerciseDone("bridge", "Brug", "3 x 12", is_done=True, dosage=" 2 x 12 ", remark="")
SQUAT = ExerciseDone("squat", "Kniebuiging", "3 x 8", is_done=False)


@pytest.fixture
def contact(episode: EpisodeOfCare) -> Encounter:
    return Encounter.objects.create(patient=episode.patient, episode=episode, kind="session", started_at=NOW)


@pytest.fixture
def draft(contact: Encounter, therapist: User) -> SessionNote:
    return saved(start_note(contact, by=therapist, now=NOW), 0, therapist)


@pytest.fixture
def signed(draft: SessionNote, therapist: User) -> SessionNote:
    return sign_note(draft, by=therapist, now=LATER)


def saved(note: SessionNote, revision: int, by: User, **more: Any) -> SessionNote:
    given = {**WORDS, "exercises_done": [BRIDGE, SQUAT], **more}
    return save_note(note, revision=revision, by=by, now=NOW, **given)


def test_a_note_begins_once_for_a_contact(contact: Encounter, therapist: User, other_practitioner: Any) -> None:
    first = start_note(contact, by=therapist, now=NOW)
    assert (first.written_by, first.episode, first.revision, first.status) == (
        therapist, contact.episode, 0, "preliminary",
    )  # fmt: skip
    assert start_note(contact, by=other_practitioner.user, now=LATER) == first


def test_a_contact_that_did_not_take_place_has_no_note(contact: Encounter, therapist: User) -> None:
    Encounter.objects.filter(pk=contact.pk).update(status="cancelled")
    with pytest.raises(ContactCancelled):
        start_note(contact, by=therapist, now=NOW)


def test_a_draft_keeps_what_was_typed_and_ticked(draft: SessionNote) -> None:
    draft.refresh_from_db()
    assert (draft.subjective, draft.plan, draft.revision) == ("Minder pijn.", "Volgende week terug.", 1)
    (kept,) = draft.exercises_done
    assert (kept["code"], kept["is_done"], kept["dosage"]) == ("bridge", True, "2 x 12")


def test_a_save_from_another_window_keeps_the_others_text(draft: SessionNote, therapist: User) -> None:
    with pytest.raises(NoteChanged) as refused:
        saved(draft, 0, therapist, subjective="Iets anders.")
    assert refused.value.status == 409
    assert refused.value.note.subjective == "Minder pijn."
    draft.refresh_from_db()
    assert (draft.subjective, draft.revision) == ("Minder pijn.", 1)
    assert saved(draft, 1, therapist, subjective="Iets anders.").revision == 2


def test_saving_the_same_again_changes_nothing_and_is_never_refused(draft: SessionNote, therapist: User) -> None:
    assert saved(draft, 0, therapist).revision == 1


def test_signing_locks_the_note_and_finishes_the_contact(
    signed: SessionNote, contact: Encounter, therapist: User
) -> None:
    assert (signed.status, signed.signed_by, signed.signed_at) == ("final", therapist, LATER)
    contact.refresh_from_db()
    assert (contact.status, contact.ended_at) == ("finished", LATER)
    with pytest.raises(NoteLocked) as refused:
        saved(signed, signed.revision, therapist, plan="Toch anders.")
    assert refused.value.status == 409
    assert sign_note(signed, by=therapist, now=LATER + datetime.timedelta(hours=1)).signed_at == LATER


def test_a_note_signed_days_later_does_not_say_that_the_contact_lasted_for_days(
    draft: SessionNote, contact: Encounter, therapist: User
) -> None:
    sign_note(draft, by=therapist, now=NOW + datetime.timedelta(days=3))
    contact.refresh_from_db()
    assert (contact.status, contact.ended_at) == ("finished", None)


def test_only_the_writer_writes_and_signs(draft: SessionNote, other_practitioner: Practitioner) -> None:
    with pytest.raises(NoteOfAnother):
        saved(draft, 1, other_practitioner.user, plan="Ik weet het beter.")
    with pytest.raises(NoteOfAnother):
        sign_note(draft, by=other_practitioner.user, now=LATER)


def test_a_draft_can_be_taken_over_and_its_history_says_so(
    draft: SessionNote, therapist: User, other_practitioner: Practitioner
) -> None:
    taken = take_over_note(draft, by=other_practitioner.user, now=LATER)
    assert sign_note(taken, by=other_practitioner.user, now=LATER).signed_by == other_practitioner.user
    writers = list(draft.events.order_by("pgh_id").values_list("written_by_id", flat=True))
    assert (writers[0], writers[-1]) == (therapist.pk, other_practitioner.user.pk)
    with pytest.raises(NoteLocked):
        take_over_note(taken, by=therapist, now=LATER)


def test_a_note_without_a_word_is_not_signed(contact: Encounter, therapist: User) -> None:
    with pytest.raises(InvalidRecord):
        sign_note(start_note(contact, by=therapist, now=NOW), by=therapist, now=LATER)


def test_an_addendum_is_added_by_anyone_who_treats(
    signed: SessionNote, therapist: User, other_practitioner: Practitioner
) -> None:
    amend_note(signed, "Belde: pijn is weg.", by=therapist, now=LATER)
    amend_note(signed, "  Bevestigd. ", by=other_practitioner.user, now=LATER)
    assert [(row.text, row.written_by) for row in signed.addenda.order_by("id")] == [
        ("Belde: pijn is weg.", therapist),
        ("Bevestigd.", other_practitioner.user),
    ]


def test_an_addendum_has_words_and_a_signed_note(signed: SessionNote, episode: EpisodeOfCare, therapist: User) -> None:
    with pytest.raises(InvalidRecord):
        amend_note(signed, " \n ", by=therapist, now=LATER)
    other = Encounter.objects.create(patient=episode.patient, episode=episode, kind="session", started_at=NOW)
    with pytest.raises(NoteUnsigned):
        amend_note(start_note(other, by=therapist, now=NOW), "x", by=therapist, now=LATER)


def test_the_list_of_notes_is_the_patients_own(
    signed: SessionNote, therapist: User, patient_user: User, stranger: User
) -> None:
    assert notes_of(therapist, episode=signed.episode_id) == [signed]
    assert notes_of(therapist, patient=signed.patient_id) == [signed]
    assert notes_of(stranger, patient=signed.patient_id) == []
    assert NoteAddendum.objects.visible_to(stranger).count() == 0


# Templates


def template(by: User, name: str = "Loopanalyse", **more: Any) -> NoteTemplate:
    texts = {"plan": "Cadans volgende keer opnieuw tellen."}
    return keep_template(None, name=name, texts=texts, is_active=True, by=by, now=NOW, **more)


def test_a_template_fills_what_is_empty_and_replaces_nothing(therapist: User) -> None:
    row = template(therapist)
    texts = filled({"subjective": "Minder pijn.", "plan": " "}, row)
    assert texts["plan"] == row.plan
    assert texts["subjective"] == "Minder pijn."
    assert filled({"plan": "Zelf geschreven."}, row)["plan"] == "Zelf geschreven."


def test_a_therapist_has_own_templates_and_the_owner_those_of_everyone(
    therapist: User, other_practitioner: Practitioner, owner: User
) -> None:
    template(therapist, "Eigen")
    template(owner, "Voor iedereen")
    template(other_practitioner.user, "Van een ander")
    assert [row.name for row in usable_templates(therapist)] == ["Eigen", "Voor iedereen"]


def test_a_template_has_a_text_and_a_name_of_its_own(therapist: User) -> None:
    template(therapist)
    with pytest.raises(InvalidRecord) as refused:
        template(therapist)
    assert list(refused.value.errors) == ["name"]
    with pytest.raises(InvalidRecord):
        keep_template(None, name="Leeg", texts={}, is_active=True, by=therapist, now=NOW)


def test_templates_are_made_and_put_out_of_use_on_their_page(
    client_of: Callable[[User], Client], therapist: User, owner: User
) -> None:
    client = client_of(therapist)
    posted = {"name": "Eigen", "plan": "Rustig opbouwen.", "is_active": "on"}
    assert client.post("/patients/note-templates/add/", posted)["Location"] == "/patients/note-templates/"
    row = NoteTemplate.objects.get()
    assert row.practitioner.user == therapist
    again = client.post("/patients/note-templates/add/", posted)
    assert again.status_code == 422
    assert "Rustig opbouwen." in again.content.decode()
    assert client_of(owner).get(f"/patients/note-templates/{row.pk}/").status_code == 404
    client.post(f"/patients/note-templates/{row.pk}/", {"name": "Eigen", "plan": "Rustig opbouwen.", "version": 1})
    assert not usable_templates(therapist).exists()
    assert "Eigen" in client.get("/patients/note-templates/").content.decode()


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("receptionist", 403), ("patient_user", 403)])
def test_templates_are_for_those_who_treat_and_the_owner(
    request: Any, client_of: Callable[[User], Client], role: str, status: int
) -> None:
    client = client_of(request.getfixturevalue(role))
    assert client.get("/patients/note-templates/").status_code == status


def test_now_is_passed_in(draft: SessionNote) -> None:
    assert timezone.localtime(draft.updated_at) == NOW
