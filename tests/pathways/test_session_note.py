"""The note of a contact: what it begins with, how it is saved and signed through its page, and who may see it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.access_reasons import give_reason
from accounts.models import AccessLog, Practitioner, User
from fysicure.worklist import therapist_day
from pathways.models import CarePlan
from pathways.session_note_page import contact_to_write, exercise_lines
from patients.models import Encounter, EpisodeOfCare, NoteTemplate, SessionNote
from patients.notes import save_note, sign_note, start_note
from scheduling.agenda import agenda_board
from scheduling.agenda_asked import Asked
from scheduling.arrival import mark_arrived, mark_fulfilled, reopen
from scheduling.exceptions import StatusRefused
from scheduling.models import Appointment
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW, TODAY, at, make_patient

MOST_QUERIES = 21  # one of them: whether the therapist treats this patient
ClientOf = Callable[[User], Client]
WEEK_AGO = NOW - datetime.timedelta(days=7)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def contact_of(plan: CarePlan, moment: datetime.datetime = NOW, **more: Any) -> Encounter:
    values = {"kind": "session", "practitioner": plan.practitioner, "started_at": moment, **more}
    return Encounter.objects.create(patient=plan.patient, episode=plan.episode, **values)


@pytest.fixture
def contact(plan: CarePlan) -> Encounter:
    contact_of(plan, WEEK_AGO)
    return contact_of(plan)


def url(contact: Encounter, more: str = "") -> str:
    return f"/plans/notes/{contact.pk}/{more}"


def typed(**more: Any) -> dict[str, Any]:
    return {"subjective": "Minder pijn.", "objective": "", "assessment": "", "plan": "Terug", "revision": 0, **more}


# The page


def test_the_page_opens_prefilled_and_writes_nothing(client_of: ClientOf, contact: Encounter, therapist: User) -> None:
    response = client_of(therapist).get(url(contact))
    assert response.status_code == 200
    assert "16 november" in response.content.decode()
    assert not SessionNote.objects.exists()
    log_row = AccessLog.objects.get()
    assert (log_row.patient_id, log_row.part) == (contact.patient_id, "note")


def test_saving_signing_and_reading(
    client_of: ClientOf, contact: Encounter, therapist: User, other_practitioner: Practitioner
) -> None:
    client = client_of(therapist)
    code = exercise_lines(contact, contact.episode.care_plans.get(), None)[0].code
    posted = typed(done=[code], **{f"dosage-{code}": "2 x 10"})
    assert client.post(url(contact), posted)["Location"] == url(contact)
    note = SessionNote.objects.get()
    assert (note.status, note.written_by, note.exercises_done[0]["dosage"]) == ("preliminary", therapist, "2 x 10")
    page = client.get(url(contact)).content.decode()
    assert "Minder pijn." in page
    assert "2 x 10" in page
    assert client.post(url(contact, "sign/"), typed(revision=1, done=[code]))["Location"] == url(contact)
    page = client.get(url(contact)).content.decode()
    assert "<textarea" in page
    assert 'name="subjective"' not in page
    assert "Lotte Maes" in page
    give_reason(contact.patient_id, code="cover", by=other_practitioner.user, now=timezone.now())
    other = client_of(other_practitioner.user)
    other.post(url(contact, "addendum/"), {"text": "Belde: gaat goed."})
    page = other.get(url(contact)).content.decode()
    assert "Belde: gaat goed." in page
    assert "Bram Claes" in page


def test_an_empty_addendum_is_refused_beside_its_box(client_of: ClientOf, contact: Encounter, therapist: User) -> None:
    client = client_of(therapist)
    client.post(url(contact, "sign/"), typed())
    response = client.post(url(contact, "addendum/"), {"text": " "})
    assert response.status_code == 422
    assert 'id="error_text"' in response.content.decode()


def test_a_conflict_shows_both_texts_and_saving_again_keeps_the_own(
    client_of: ClientOf, contact: Encounter, therapist: User
) -> None:
    client = client_of(therapist)
    client.post(url(contact), typed())
    response = client.post(url(contact), typed(subjective="Veel meer pijn."))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Veel meer pijn." in page
    assert "Minder pijn." in page
    assert response.context["revision"] == 1
    client.post(url(contact), typed(subjective="Veel meer pijn.", revision=1))
    assert SessionNote.objects.get().subjective == "Veel meer pijn."


def test_the_script_gets_the_new_revision_or_the_reason(
    client_of: ClientOf, contact: Encounter, therapist: User
) -> None:
    client, script = client_of(therapist), {"headers": {"Accept": "application/json"}}
    answer = client.post(url(contact), typed(), **script).json()
    assert answer == {"revision": 1, "saved_at": "10:00"}
    refused = client.post(url(contact), typed(plan="Anders"), **script)
    assert refused.status_code == 409
    assert refused.json()["detail"]


def test_what_was_typed_after_signing_becomes_an_addendum(
    client_of: ClientOf, contact: Encounter, therapist: User
) -> None:
    client = client_of(therapist)
    client.post(url(contact, "sign/"), typed())
    response = client.post(url(contact), typed(plan="Terug over twee weken", revision=1))
    assert response.status_code == 409
    assert response.context["addendum"] == "Terug over twee weken"
    assert SessionNote.objects.get().plan == "Terug"


def test_a_note_without_a_word_is_refused_and_stays(client_of: ClientOf, contact: Encounter, therapist: User) -> None:
    response = client_of(therapist).post(url(contact, "sign/"), typed(subjective="", plan=""))
    assert response.status_code == 422
    assert 'id="error_subjective"' in response.content.decode()


def test_a_colleague_reads_a_draft_and_can_take_it_over(
    client_of: ClientOf, contact: Encounter, therapist: User, other_practitioner: Practitioner
) -> None:
    client_of(therapist).post(url(contact), typed())
    give_reason(contact.patient_id, code="cover", by=other_practitioner.user, now=timezone.now())
    other = client_of(other_practitioner.user)
    page = other.get(url(contact))
    assert 'name="subjective"' not in page.content.decode()
    refused = other.post(url(contact, "sign/"), typed(revision=1, plan="Ik teken"))
    assert refused.status_code == 409
    assert "Ik teken" in refused.content.decode()
    assert SessionNote.objects.get().status == "preliminary"
    other.post(url(contact, "take-over/"))
    other.post(url(contact, "sign/"), typed(revision=2))
    assert SessionNote.objects.get().signed_by == other_practitioner.user


def test_a_template_fills_only_what_is_empty(client_of: ClientOf, contact: Encounter, therapist: User) -> None:
    row = NoteTemplate.objects.create(name="Loop", objective="Cadans: ", plan="Niet dit")
    client_of(therapist).post(url(contact), typed(template=row.pk))
    note = SessionNote.objects.get()
    assert (note.objective, note.plan) == ("Cadans:", "Terug")


def test_the_plan_of_last_time_stands_beside_the_note(
    client_of: ClientOf, plan: CarePlan, contact: Encounter, therapist: User
) -> None:
    before = plan.episode.encounters.order_by("started_at").filter(kind="session").first()
    write(before, therapist, plan="Trap vermijden.")
    assert "Trap vermijden." in client_of(therapist).get(url(contact)).content.decode()


def test_a_contact_without_a_plan_begins_empty(client_of: ClientOf, episode: EpisodeOfCare, therapist: User) -> None:
    contact = Encounter.objects.create(patient=episode.patient, episode=episode, kind="session", started_at=NOW)
    response = client_of(therapist).get(url(contact))
    assert response.status_code == 200
    assert [box["text"] for box in response.context["boxes"]] == [""] * 4


@pytest.mark.parametrize("role", ["receptionist", "owner", "patient_user", "stranger"])
def test_only_those_who_treat_may_read_a_note(
    request: Any, client_of: ClientOf, contact: Encounter, therapist: User, role: str
) -> None:
    write(contact, therapist)
    client = client_of(request.getfixturevalue(role))
    assert client.get(url(contact)).status_code == 403
    for act in ("sign/", "addendum/", "take-over/", ""):
        assert client.post(url(contact, act), typed(text="x")).status_code == 403


def test_acts_are_posted(client_of: ClientOf, contact: Encounter, therapist: User) -> None:
    for act in ("sign/", "addendum/", "take-over/"):
        assert client_of(therapist).get(url(contact, act)).status_code == 405


def write(contact: Encounter, by: User, *, sign: bool = True, **texts: Any) -> SessionNote:
    given = {"subjective": "Goed.", "objective": "", "assessment": "", "plan": "", **texts}
    note = save_note(start_note(contact, by=by, now=NOW), revision=0, exercises_done=[], by=by, now=NOW, **given)
    return sign_note(note, by=by, now=NOW) if sign else note


# From where a note is written


def test_the_plan_page_leads_to_the_note_of_today(client_of: ClientOf, plan: CarePlan, therapist: User) -> None:
    client = client_of(therapist)
    response = client.post(f"/plans/{plan.pk}/note/")
    contact = plan.episode.encounters.get(kind="session")
    assert response["Location"] == url(contact)
    assert client.post(f"/plans/{plan.pk}/note/")["Location"] == url(contact)
    write(contact, therapist, assessment="Gaat vooruit.")
    for page in (f"/plans/{plan.pk}/", f"/patients/{plan.patient_id}/"):
        assert "Gaat vooruit." in client.get(page).content.decode()


def test_todays_contact_is_the_visit_that_is_held(plan: CarePlan, therapist: User) -> None:
    visit = mark_arrived(visit_of(plan, "09:00"), by=therapist, now=NOW)
    assert contact_to_write(plan, by=therapist, now=NOW) == visit.encounter


def visit_of(plan: CarePlan, time: str = "09:00", day: str = "2026-11-23", **more: Any) -> Appointment:
    start = at(day, time)
    return Appointment.objects.create(
        patient=plan.patient, episode=plan.episode, practitioner=plan.practitioner, start=start,
        end=start + datetime.timedelta(minutes=30), booked_by=plan.practitioner.user, **more,
    )  # fmt: skip


def unwritten(plan: CarePlan) -> tuple[list[bool], int]:
    day = therapist_day(plan.practitioner.user, now=NOW)
    return [visit.is_unwritten for visit in day.visits], day.unwritten.count


def test_a_visit_is_unwritten_until_its_note_is_signed(plan: CarePlan, therapist: User) -> None:
    visit = visit_of(plan)
    assert unwritten(plan) == ([False], 0)
    visit = mark_arrived(visit, by=therapist, now=visit.start)
    assert unwritten(plan) == ([True], 1)
    mark_fulfilled(visit, by=therapist, now=visit.end)
    note = write(visit.encounter, therapist, sign=False)
    assert unwritten(plan) == ([True], 1)
    sign_note(note, by=therapist, now=NOW)
    assert unwritten(plan) == ([False], 0)


def test_an_old_text_counts_as_written_and_two_weeks_back_is_far_enough(plan: CarePlan, therapist: User) -> None:
    for day in ("2026-11-05", "2026-11-12", "2026-11-19"):
        visit = mark_arrived(visit_of(plan, day=day), by=therapist, now=at(day, "09:00"))
        mark_fulfilled(visit, by=therapist, now=at(day, "09:30"))
    assert unwritten(plan) == ([], 2)
    Encounter.objects.filter(pk=visit.encounter_id).update(note="Was er.")
    assert unwritten(plan) == ([], 1)


def test_the_arrival_of_a_visit_with_a_draft_stands(plan: CarePlan, therapist: User) -> None:
    visit = mark_arrived(visit_of(plan), by=therapist, now=NOW)
    start_note(visit.encounter, by=therapist, now=NOW)
    with pytest.raises(StatusRefused):
        reopen(visit, by=therapist, now=NOW)


def test_the_agenda_marks_notes_to_write_for_those_who_write(
    client_of: ClientOf, plan: CarePlan, therapist: User, receptionist: User, owner: User
) -> None:
    mark_arrived(visit_of(plan), by=therapist, now=at("2026-11-23", "09:00"))
    shown = {
        user: agenda_board(user, Asked(TODAY), now=NOW).visits[0].is_unwritten
        for user in (therapist, receptionist, owner)
    }
    assert shown == {therapist: True, receptionist: False, owner: False}
    mark = "<b>nota te schrijven</b>"
    marked = {user: mark in client_of(user).get("/agenda/").content.decode() for user in shown}
    assert marked == shown
    visit = Appointment.objects.get()
    assert "/plans/notes/" in client_of(therapist).get(f"/agenda/{visit.pk}/").content.decode()
    assert "/plans/notes/" not in client_of(receptionist).get(f"/agenda/{visit.pk}/").content.decode()


def test_the_home_leads_to_the_notes_to_write(client_of: ClientOf, plan: CarePlan, therapist: User) -> None:
    visit = mark_arrived(visit_of(plan), by=therapist, now=at("2026-11-23", "09:00"))
    assert url(visit.encounter) in client_of(therapist).get("/").content.decode()


# What it costs


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def live_on(plan: CarePlan, therapist: User, days: list[int]) -> None:
    for day in days:
        log(plan, day, (0, 2, 1, 0), distance_km=3)
        measure(plan, {"stairs_nprs": {"R": 2}, "nprs_now": 1}, days_ago=day)
        write(contact_of(plan, NOW - datetime.timedelta(days=day)), therapist, plan="Rustig.")
        NoteTemplate.objects.create(name=f"Nr {day}", plan="x")


def test_queries_do_not_grow_with_the_record(
    client_of: ClientOf, plan: CarePlan, contact: Encounter, therapist: User
) -> None:
    client = client_of(therapist)
    live_on(plan, therapist, [2, 3])
    few = cost(client, url(contact))
    live_on(plan, therapist, [4, 5, 6, 8])
    assert cost(client, url(contact)) == few <= MOST_QUERIES
    note = write(contact, therapist)
    for number in range(2):
        client.post(url(contact, "addendum/"), {"text": f"Nr {number}"})
    read = cost(client, url(contact))
    client.post(url(contact, "addendum/"), {"text": "nog een"})
    assert cost(client, url(contact)) == read <= 10
    assert note.addenda.count() == 3


def test_the_agenda_costs_no_more_for_its_marks(
    client_of: ClientOf, plan: CarePlan, therapist: User, receptionist: User
) -> None:
    mark_arrived(visit_of(plan, "08:00"), by=therapist, now=NOW)
    few = cost(client_of(therapist), "/agenda/")
    for number in range(3):
        patient = make_patient(f"Nr{number}")
        episode = EpisodeOfCare.objects.create(patient=patient, reason="x", started_on=TODAY, status="active")
        start = at("2026-11-23", f"08:{30 + number:02}") + datetime.timedelta(minutes=10 * number)
        visit = Appointment.objects.create(
            patient=patient, practitioner=plan.practitioner, episode=episode, start=start,
            end=start + datetime.timedelta(minutes=5), booked_by=therapist,
        )  # fmt: skip
        mark_arrived(visit, by=therapist, now=NOW)
    assert cost(client_of(therapist), "/agenda/") == few
