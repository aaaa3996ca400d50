"""What the palette answers: who may see what, in which words, and at which cost."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.access_reasons import give_reason
from accounts.models import AccessLog, Practitioner, User
from accounts.policy import may
from fysicure.palette import commands
from fysicure.palette.commands import words_of
from fysicure.palette.open_patient import open_patient
from pathways.models import CarePlan
from patients.models import EpisodeOfCare, Patient
from tests.house.test_url_roles import patterns
from tests.people import NOW, TODAY, make_patient
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
MOST_QUERIES = 4


def answer(client: Client, **sent: str) -> str:
    found = client.post("/palette/", sent)
    assert found.status_code == 200
    return found.content.decode()


def cost(client: Client, **sent: str) -> int:
    answer(client, **sent)
    with CaptureQueriesContext(connection) as queries:
        answer(client, **sent)
    return len(queries)


def test_only_by_post_and_only_for_staff(client_of: ClientOf, receptionist: User, patient_user: User) -> None:
    assert client_of(receptionist).get("/palette/").status_code == 405
    assert client_of(patient_user).post("/palette/", {"q": "peeters"}).status_code == 403
    assert Client().post("/palette/", {"q": "peeters"}).status_code == 302


@pytest.mark.parametrize("role", ["therapist", "receptionist", "owner"])
def test_it_offers_what_the_policy_allows_and_nothing_else(
    role: str, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    user = request.getfixturevalue(role)
    client, shown = client_of(user), answer(client_of(user))
    views = {name: view for name, _route, view in patterns(get_resolver())}
    for command in (*commands.ACTS, *commands.FURTHER):
        url = commands.row_of(command).url
        assert (f'href="{url}"' in shown) is may(user, command.action), command.name
        action = getattr(views.get(command.name), "required_action", command.action)
        assert may(user, action) or not may(user, command.action), "what is offered opens"
        if may(user, command.action):
            assert client.get(url, follow=True).status_code == 200, command.name


def test_it_finds_whom_the_search_finds_and_notes_nothing(client_of: ClientOf, receptionist: User) -> None:
    mine = make_patient("Vandenbroucke", "Jef")
    make_patient("Vandenbroucke", "Archief", archived_at=NOW)
    client = client_of(receptionist)
    for typed in ("vandenbroucke", "VANDENBROUKE", "jef vanden", "14/3/1997"):
        shown = answer(client, q=typed)
        assert f'href="/patients/{mine.pk}/"' in shown
        assert "Archief" not in shown
    assert "<script>" not in answer(client, q="<script>")
    assert answer(client, q="%") and not AccessLog.objects.exists()


def test_whom_was_opened_last_comes_first(client_of: ClientOf, receptionist: User, patient: Patient) -> None:
    client = client_of(receptionist)
    assert "Peeters An" not in answer(client)
    client.get(f"/patients/{patient.pk}/")
    shown = answer(client)
    assert shown.index("Peeters An") < shown.index("/agenda/book/")
    assert "Peeters An" not in answer(client, at=f"/patients/{patient.pk}/"), "whose record is open stands apart"


def test_acts_on_the_open_record(
    client_of: ClientOf, plan: CarePlan, therapist: User, receptionist: User, other_practitioner: Practitioner
) -> None:
    at = reverse("patients:chart", args=[plan.patient_id])
    care = [reverse("pathways:plan", args=[plan.pk]), f'data-send="episode={plan.episode_id}"']
    contact = [f"/agenda/book/?patient={plan.patient_id}", f"/patients/episodes/{plan.episode_id}/prescriptions/add/"]
    for user, sees_care in ((therapist, True), (receptionist, False), (other_practitioner.user, False)):
        shown = answer(client_of(user), at=at)
        assert all(each in shown for each in contact)
        assert [each in shown for each in care] == [sees_care] * 2, user
    give_reason(plan.patient_id, code="urgent", by=other_practitioner.user, now=timezone.now())
    assert care[0] in answer(client_of(other_practitioner.user), at=at), "as the chart, after saying why"


def test_an_act_with_an_episode_is_offered_when_it_can_be_but_one(
    therapist: User, patient: Patient, practitioner: Practitioner
) -> None:
    at = reverse("patients:chart", args=[patient.pk])
    for number, offered in ((0, False), (1, True), (2, False)):
        while patient.episodes.count() < number:
            EpisodeOfCare.objects.create(
                patient=patient, reason="Knie", practitioner=practitioner, started_on=TODAY, status="active"
            )
        here = open_patient(therapist, at, now=NOW)
        assert here is not None
        assert any(row.send for row in here.acts) is offered


@pytest.mark.parametrize("at", ["", "/agenda/", "//evil.example/", "/patients/0/", f"/patients/{'1' * 300}/"])
def test_a_page_of_nobody_gives_no_acts(at: str, client_of: ClientOf, therapist: User) -> None:
    assert "palette-here" not in answer(client_of(therapist), at=at)


def test_words_in_three_languages_without_accents() -> None:
    words = words_of("Register a patient", "Ingénieur")
    assert {"register", "inschrijven", "inscrire", "ingenieur"} <= set(words.split())


@pytest.mark.parametrize("role", ["therapist", "receptionist"])
def test_an_answer_costs_four_queries_at_most_however_many_there_are(
    role: str, request: pytest.FixtureRequest, client_of: ClientOf, patient: Patient, practitioner: Practitioner
) -> None:
    user = request.getfixturevalue(role)
    client, at = client_of(user), reverse("patients:chart", args=[patient.pk])
    asked = ({"at": at}, {"q": "peet"}, {"q": "peetrs"}, {"q": "an pee"}, {"q": "0470"}, {"q": "zzzz"})
    EpisodeOfCare.objects.create(patient=patient, reason="Knie", practitioner=practitioner, started_on=TODAY)
    client.get(at)
    few = [cost(client, **sent) for sent in asked]
    for number in range(12):
        other = make_patient("Peeters", f"An{number}", phone="")
        EpisodeOfCare.objects.create(patient=patient, reason="Knie", practitioner=practitioner, started_on=TODAY)
        client.get(reverse("patients:chart", args=[other.pk]))
    many = [cost(client, **sent) for sent in asked]
    assert max(few + many) <= MOST_QUERIES
    assert all(more <= less for less, more in zip(few, many, strict=True))
