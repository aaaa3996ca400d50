"""Two people at one plan, one diary, one row of the admin site: what the first did is seen by the second."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.models import CarePlan, Decision, DiaryEntry, ExercisePrescription
from patients.models import Patient
from scheduling.models import Room
from tests.people import NOW
from tests.running_plan import log
from tests.sent_forms import filled_in

pytestmark = pytest.mark.django_db
pytest_plugins = ["tests.running_plan"]
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _english_today(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr(User._meta.get_field("language"), "default", "en")
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def entry(plan: CarePlan) -> DiaryEntry:
    return log(plan, NOW - datetime.timedelta(hours=2))


@pytest.fixture
def exercise(plan: CarePlan) -> ExercisePrescription:
    found: ExercisePrescription = plan.exercise_prescriptions.filter(phase__status="active").order_by("ordinal").first()
    return found


def opened(client: Client, address: str, **which: Any) -> dict[str, Any]:
    return filled_in(client.get(address).content.decode(), **which)


def test_a_decision_is_not_taken_on_an_old_picture(
    plan: CarePlan, therapist: User, patient_user: User, client_of: ClientOf
) -> None:
    client, address = client_of(therapist), reverse("pathways:decide", args=[plan.pk])
    form = opened(client, reverse("pathways:plan", args=[plan.pk]), field="seen_as")
    log(plan, NOW - datetime.timedelta(hours=1), (0, 8, 8))
    typed = {**form, "decision": "hold", "reason": "Nog even zo.", "reason_code": "other"}
    late = client.post(address, typed)
    page = late.content.decode()
    assert (late.status_code, "Something new came in" in page, "Nog even zo." in page) == (409, True, True)
    assert not Decision.objects.filter(reason="Nog even zo.").exists()
    again = {**typed, "seen_as": filled_in(page, field="seen_as")["seen_as"]}
    assert client.post(address, again).status_code == 302
    assert client.post(address, again).status_code == 302  # the same click twice
    assert Decision.objects.filter(reason="Nog even zo.").count() == 1


def test_a_decision_about_a_plan_that_ended_keeps_its_words(
    plan: CarePlan, therapist: User, client_of: ClientOf
) -> None:
    client = client_of(therapist)
    form = opened(client, reverse("pathways:plan", args=[plan.pk]), field="seen_as")
    CarePlan.objects.filter(pk=plan.pk).update(status="completed", ended_on=NOW.date())
    late = client.post(
        reverse("pathways:decide", args=[plan.pk]), {**form, "decision": "hold", "reason": "Nog even zo."}
    )
    assert (late.status_code, "Nog even zo." in late.content.decode()) == (409, True)


def test_a_diary_entry_that_was_corrected_elsewhere_keeps_both(
    entry: DiaryEntry, patient_user: User, client_of: ClientOf
) -> None:
    client, address = client_of(patient_user), reverse("portal:edit-entry", args=[entry.pk])
    first, second = opened(client, address), opened(client, address)
    assert client.post(address, {**first, "during": "2"}).status_code == 302
    clash = client.post(address, {**second, "note": "tegen de wind in"})
    page = clash.content.decode()
    assert (clash.status_code, "conflict-rows" in page, "tegen de wind in" in page) == (409, True, True)
    assert client.post(address, filled_in(page)).status_code == 302
    entry.refresh_from_db()
    assert (entry.during, entry.note) == (2, "tegen de wind in")


def test_an_exercise_that_a_colleague_changed_is_shown_as_it_is_now(
    plan: CarePlan, exercise: ExercisePrescription, therapist: User, client_of: ClientOf
) -> None:
    client, address = client_of(therapist), reverse("pathways:adjust-exercise", args=[plan.pk, exercise.pk])
    form = opened(client, address, field="dosage")
    first = {**form, "dosage": "2 x 8", "reason": "Te zwaar."}
    assert client.post(address, first).status_code == 302
    assert client.post(address, first).status_code == 302  # sent twice
    late = client.post(address, {**form, "dosage": "4 x 12", "reason": "Gaat goed."})
    page = late.content.decode()
    assert (late.status_code, "2 x 8" in page, "4 x 12" in page, "Gaat goed." in page) == (409, True, True, True)
    new = ExercisePrescription.objects.get(replaces=exercise)
    action = reverse("pathways:adjust-exercise", args=[plan.pk, new.pk])
    assert client.post(action, filled_in(page, action=action, field="dosage")).status_code == 302
    assert ExercisePrescription.objects.get(replaces=new).dosage == "4 x 12"


def test_an_exercise_that_was_stopped_says_so_and_gives_the_words_back(
    plan: CarePlan, exercise: ExercisePrescription, therapist: User, client_of: ClientOf
) -> None:
    client, address = client_of(therapist), reverse("pathways:adjust-exercise", args=[plan.pk, exercise.pk])
    form = opened(client, address, field="dosage")
    assert client.post(address, {**form, "change": "stop", "reason": "Pijn."}).status_code == 302
    late = client.post(address, {**form, "dosage": "4 x 12", "reason": "Gaat al beter."})
    assert (late.status_code, "Gaat al beter." in late.content.decode()) == (409, True)


def test_in_the_admin_site_the_second_is_told_and_keeps_both(room: Room, owner: User, client_of: ClientOf) -> None:
    client, address = client_of(owner), reverse("admin:scheduling_room_change", args=[room.pk])
    first, second = (opened(client, address, field="_opened_with") for _screen in range(2))
    assert client.post(address, {**first, "kind": "gait"}).status_code == 302
    clash = client.post(address, {**second, "name": "Zaal Noord"})
    page = clash.content.decode()
    assert (clash.status_code, "room with treadmill" in page, "Zaal Noord" in page) == (200, True, True)
    assert client.post(address, filled_in(page, field="_opened_with")).status_code == 302
    room.refresh_from_db()
    assert (room.name, room.kind) == ("Zaal Noord", "gait")


def test_the_role_of_an_account_is_not_overwritten_unseen(
    practitioner: Practitioner, owner: User, client_of: ClientOf
) -> None:
    client, row = client_of(owner), practitioner.user
    address = reverse("admin:accounts_user_change", args=[row.pk])
    form = opened(client, address, field="_opened_with")
    User.objects.filter(pk=row.pk).update(is_active=False)
    clash = client.post(address, {**form, "name": "Lotte Maes-Peeters"})
    assert (clash.status_code, "Nothing was saved yet" in clash.content.decode()) == (200, True)
    row.refresh_from_db()
    assert (row.is_active, row.name) == (False, "Lotte Maes")


def test_an_archived_patient_is_told_to_who_corrects(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client, address = client_of(receptionist), reverse("patients:edit", args=[patient.pk])
    form = opened(client, address)
    client.post(reverse("patients:archive", args=[patient.pk]))
    clash = client.post(address, {**form, "street": "Markt 1"})
    page = clash.content.decode()
    assert (clash.status_code, "Archived on" in page, "Markt 1" in page) == (409, True, True)
