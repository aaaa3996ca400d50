"""The steps of a practice that begins, the pages behind them, and the first pages of the roles."""

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Practitioner, Role, User
from accounts.staff import COLOURS, invite_colleague, next_colour
from fysicure.setup.checklist import checklist
from fysicure.setup.facts import facts_of
from fysicure.setup.first_steps import first_step
from patients.models import Patient
from scheduling.models import Appointment, BookingPolicy, Room, WorkingHours
from tests.accounts.signing_in import with_password
from tests.people import NOW, TODAY, make_practitioner, make_user
from tests.sent_forms import filled_in

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PRACTICE = {
    "PRACTICE_NAME": "Kine De Nete", "PRACTICE_ADDRESS": "Markt 1", "PRACTICE_TOWN": "Mol",
    "PRACTICE_PHONE": "+3214000000", "DEFAULT_FROM_EMAIL": "kine@denete.be", "PUBLIC_URL": "https://kine.denete.be",
}  # fmt: skip


def open_steps(owner: User, *, is_backed_up: bool = False) -> list[str]:
    steps = checklist(owner, now=NOW, is_backed_up=is_backed_up).steps
    return [step.key for step in steps if not step.is_done]


def test_what_is_done_follows_from_the_rows_alone(owner: User, request: pytest.FixtureRequest) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = open_steps(owner)
    assert found == ["practice", "rooms", "staff", "hours", "rules", "pathways", "patient", "backup", "factor"]
    assert len(queries) == 1
    room = Room.objects.create(name="Zaal 1")
    practitioner: Practitioner = request.getfixturevalue("practitioner")
    request.getfixturevalue("patient")
    BookingPolicy.objects.create()
    with override_settings(**PRACTICE):
        assert open_steps(owner, is_backed_up=True) == ["pathways", "factor"]
        Practitioner.objects.create(user=make_user("new@practice.example", "New", Role.THERAPIST), name="New")
        assert "hours" in open_steps(owner), "a colleague without hours is still to do"
        Practitioner.objects.exclude(pk=practitioner.pk).update(is_active=False)
        room.is_active = False
        room.save(update_fields=["is_active"])
        assert "rooms" in open_steps(owner), "what is undone is open again"


def test_later_moves_on_and_keeps_nothing(owner: User, client_of: SignIn) -> None:
    client = client_of(owner)
    assert client.get("/setup/").context["checklist"].current.key == "practice"
    assert client.get("/setup/?later=practice").context["checklist"].current.key == "rooms"
    assert client.get("/setup/?later=practice&later=rooms").context["checklist"].current.key == "rooms"
    assert client.get("/setup/").context["checklist"].current.key == "practice"


def test_rooms_are_added_in_a_row_put_right_and_taken_out_of_use(
    owner: User, client_of: SignIn, practitioner: Practitioner, patient: Patient
) -> None:
    client = client_of(owner)
    for name in ("Zaal 1", "Zaal 2"):
        assert client.post("/agenda/rooms/", {"name": name, "kind": "treatment"}).status_code == 302
    again = client.post("/agenda/rooms/", {"name": " Zaal 1 ", "kind": "gait"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name"])
    room, other = Room.objects.order_by("name")
    page = client.get(f"/agenda/rooms/{room.pk}/").content.decode()
    sent = {**filled_in(page, field="seen_name"), "name": "Zaal 2"}
    assert client.post(f"/agenda/rooms/{room.pk}/", sent).status_code == 422, "the name of another room"
    assert client.post(f"/agenda/rooms/{room.pk}/", {**sent, "name": "Kelder"}).status_code == 302
    late = client.post(f"/agenda/rooms/{room.pk}/", {**sent, "name": "Zolder"})
    assert late.status_code == 409
    assert "Kelder" in late.content.decode()
    assert "Zolder" in late.content.decode()
    assert Room.objects.get(pk=room.pk).name == "Kelder"
    start = timezone.now() + datetime.timedelta(days=1)
    Appointment.objects.create(
        patient=patient, practitioner=practitioner, room=room, start=start,
        end=start + datetime.timedelta(minutes=30), booked_by=owner,
    )  # fmt: skip
    said = client.post(f"/agenda/rooms/{room.pk}/use/", follow=True)
    assert not Room.objects.get(pk=room.pk).is_active
    assert [message.level_tag for message in said.context["messages"]] == ["warning"]
    client.post(f"/agenda/rooms/{room.pk}/use/", {"in_use": "1"})
    assert Room.objects.filter(is_active=True).count() == 2
    assert room.events.filter(pgh_context__metadata__user=str(owner.pk)).count() == 4
    assert other.is_active


def test_a_week_is_kept_for_everybody_and_changed_from_a_day_on(owner: User, client_of: SignIn) -> None:
    people = [
        Practitioner.objects.create(user=make_user(f"{name}@practice.example", name, Role.THERAPIST), name=name)
        for name in ("An", "Bo")
    ]
    client, today = client_of(owner), timezone.localdate()
    address = f"/agenda/hours/{people[0].pk}/"
    sent = filled_in(client.get(address).content.decode(), field="seen")
    assert sent["from_1_1"] == ["08:00"]
    assert client.post(address, {**sent, "everybody": "on"}).status_code == 302
    assert [person.working_hours.count() for person in people] == [10, 10]
    assert client.post(address, sent).status_code == 302, "the same once more does no harm"
    changed = {**sent, "until_1_2": "17:00"}
    assert client.post(address, changed).status_code == 409, "others wrote hours since that page was opened"
    sent = filled_in(client.get(address).content.decode(), field="seen")
    since = today + datetime.timedelta(days=7)
    sent |= {"since": since.isoformat(), "from_3_1": "", "until_3_1": "", "until_1_2": "17:00"}
    wrong = client.post(address, {**sent, "until_3_2": "12:30", "from_2_2": ""})
    assert set(wrong.context["form"].errors) == {"until_2_2"}
    wrong = client.post(address, {**sent, "until_3_2": "12:30", "from_2_2": "11:00"})
    assert set(wrong.context["form"].errors) == {"until_3_2", "until_2_2"}
    wrong = client.post(address, {**sent, "since": (today - datetime.timedelta(days=1)).isoformat()})
    assert set(wrong.context["form"].errors) == {"since"}
    assert client.post(address, sent).status_code == 302
    mine = WorkingHours.objects.filter(practitioner=people[0])
    assert mine.filter(valid_until=since - datetime.timedelta(days=1)).count() == 2
    assert mine.filter(valid_from=since).values_list("weekday", "ends_at").get() == (1, datetime.time(17))
    assert mine.filter(valid_until=None).count() == 9
    assert people[1].working_hours.filter(valid_until=None).count() == 10


def test_a_colleague_gets_a_link_and_nobody_a_password(owner: User, client_of: SignIn) -> None:
    client = client_of(owner)
    sent = {"role": "therapist", "name": "Lotte Maes", "email": "Lotte@Practice.example", "language": "fr"}
    sent |= {"nihdi_number": "5-12345-67-890", "colour": COLOURS[2]}
    assert client.post("/account/people/invite/", {**sent, "nihdi_number": "12"}).status_code == 422
    assert client.post("/account/people/invite/", sent).status_code == 302
    lotte = User.objects.get(email="lotte@practice.example")
    assert (lotte.role, lotte.language, lotte.is_staff, lotte.has_usable_password()) == (
        "therapist",
        "fr",
        False,
        False,
    )
    assert (lotte.practitioner.nihdi_number, lotte.practitioner.colour) == ("51234567890", COLOURS[2])
    assert "/account/password/reset/key/" in str(mail.outbox[0].body)
    assert mail.outbox[0].to == [lotte.email]
    again = client.post("/account/people/invite/", sent)
    assert list(again.context["form"].errors) == ["email"]
    assert client.post("/account/people/invite/", {**sent, "email": "x@y.example", "role": "admin"}).status_code == 422
    client.post(f"/account/people/{lotte.pk}/invite/")
    assert len(mail.outbox) == 2
    with_password(lotte)
    client.post(f"/account/people/{lotte.pk}/invite/")
    assert len(mail.outbox) == 2, "who chose a password needs no invitation"


@pytest.mark.usefixtures("without_second_factor")
def test_inviting_asks_who_one_is_again(owner: User, client_of: SignIn) -> None:
    with_password(owner)
    client = client_of(owner)
    assert client.post("/account/people/invite/", {}).status_code == 302
    assert User.objects.count() == 1


def test_a_desk_has_no_colour_and_each_physiotherapist_another(owner: User) -> None:
    desk = invite_colleague(email="d@p.example", name="Els", role="receptionist", language="nl", by=owner)
    assert not Practitioner.objects.filter(user=desk).exists()
    assert next_colour() == COLOURS[0]
    invite_colleague(email="t@p.example", name="Bo", role="therapist", language="nl", by=owner)
    assert next_colour() == COLOURS[1]


def test_an_empty_practice_says_what_comes_next(owner: User, receptionist: User, client_of: SignIn) -> None:
    nothing = facts_of(receptionist, today=TODAY)
    begun = replace(nothing, patient=True)
    ready = replace(begun, therapist=True, hours=True)
    words = [first_step(receptionist, facts) for facts in (nothing, begun, ready, replace(ready, visit=True))]
    assert [step and step.url for step in words] == ["/patients/register/", "", "/agenda/book/", None]
    assert (first_step(owner, begun) or words[0]).url == "/setup/"
    bare = make_user("t@practice.example", "Tine", Role.THERAPIST)
    for user in (receptionist, bare):
        assert 'href="/patients/register/"' in client_of(user).get("/").content.decode()
    home = client_of(owner).get("/").content.decode()
    assert 'href="/setup/"' in home
    for user, has_link in ((owner, True), (receptionist, False)):
        assert ('href="/setup/"' in client_of(user).get("/agenda/").content.decode()) is has_link


def test_the_agenda_names_who_has_no_hours(owner: User, receptionist: User, client_of: SignIn) -> None:
    Practitioner.objects.create(user=make_user("t@practice.example", "Tine", Role.THERAPIST), name="Tine Bos")
    for user, has_link in ((owner, True), (receptionist, False)):
        page = client_of(user).get("/agenda/").content.decode()
        assert page.count("Tine Bos") > 1
        assert ('href="/agenda/hours/"' in page) is has_link


@pytest.mark.parametrize("path", ["/setup/", "/agenda/rooms/", "/agenda/hours/", "/account/people/"])
def test_more_rows_cost_no_more_questions(path: str, owner: User, client_of: SignIn) -> None:
    client, counts = client_of(owner), []
    for number in range(3):
        Room.objects.create(name=f"Zaal {number}")
        make_practitioner(f"t{number}@practice.example", f"Tine {number}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[2]
