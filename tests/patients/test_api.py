"""The record over HTTP, for each role."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog, Practitioner, User
from patients.models import Encounter, EpisodeOfCare, Measure, Observation, Patient
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
API = "/api/v1"
AN = {"family_name": "Peeters", "given_name": "An", "birth_date": "1997-03-14"}


@pytest.fixture
def observation(episode: EpisodeOfCare, practitioner: Practitioner) -> Observation:
    measure = Measure.objects.create(key="palp_lfc_nprs", label="Pijn bij palpatie", type="integer", unit="/10")
    encounter = Encounter.objects.create(
        patient=episode.patient, episode=episode, kind="session", practitioner=practitioner, note="Rustpijn"
    )
    return Observation.objects.create(
        patient=episode.patient,
        episode=episode,
        encounter=encounter,
        measure=measure,
        side="R",
        value=6,
        number=6,
        effective_at=NOW,
        entered_by=practitioner.user,
    )


def send(client: Client, method: str, url: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(url, body, content_type="application/json")


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("therapist", {"patients": 200, "episodes": 200, "encounters": 200, "observations": 200}),
        ("receptionist", {"patients": 200, "episodes": 200, "encounters": 403, "observations": 403}),
        ("owner", {"patients": 200, "episodes": 200, "encounters": 403, "observations": 403}),
        ("patient_user", {"patients": 200, "episodes": 200, "encounters": 200, "observations": 200}),
        ("stranger", {"patients": 404, "episodes": 404, "encounters": 404, "observations": 404}),
    ],
)
def test_each_role_opens_what_it_may(
    observation: Observation, role: str, expected: dict[str, int], request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    client = client_of(request.getfixturevalue(role))
    rows = {
        "patients": observation.patient_id,
        "episodes": observation.episode_id,
        "encounters": observation.encounter_id,
        "observations": observation.pk,
    }
    for name, status in expected.items():
        assert client.get(f"{API}/{name}/{rows[name]}/").status_code == status, name
        listed = client.get(f"{API}/{name}/")
        if status == 403:
            assert listed.status_code == 403
        else:
            keys = {row["id"] for row in listed.json()["results"]}
            assert (str(rows[name]) in keys) == (status == 200)


@pytest.mark.parametrize("name", ["patients", "episodes", "encounters", "observations"])
def test_without_a_token_nothing_opens(name: str, client: Client, db: None) -> None:
    response = client.get(f"{API}/{name}/")
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_desk_reads_no_complaint_and_no_full_number_in_a_list(
    episode: EpisodeOfCare, receptionist: User, therapist: User, client_of: ClientOf
) -> None:
    Patient.objects.filter(pk=episode.patient_id).update(national_number="85073003328")
    desk = client_of(receptionist)
    assert {"reason", "side"}.isdisjoint(desk.get(f"{API}/episodes/{episode.pk}/").json())
    assert client_of(therapist).get(f"{API}/episodes/{episode.pk}/").json()["side"] == "R"
    listed = desk.get(f"{API}/patients/").json()["results"][0]
    assert listed["national_number"] == "85.07.30-***.**"
    assert desk.get(f"{API}/patients/{episode.patient_id}/").json()["national_number"] == "85073003328"


def test_a_patient_registers_nobody_and_corrects_nothing(
    patient: Patient, patient_user: User, client_of: ClientOf
) -> None:
    client = client_of(patient_user)
    assert send(client, "post", f"{API}/patients/", AN).status_code == 403
    assert send(client, "patch", f"{API}/patients/{patient.pk}/", {"city": "Geel"}).status_code == 403
    assert send(client, "post", f"{API}/patients/search/", {"q": "an"}).status_code == 403


def test_staff_register_and_correct(receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)
    made = send(
        client, "post", f"{API}/patients/", {**AN, "phone": "0470 12 34 56", "archived_at": "2020-01-01T00:00Z"}
    )
    assert made.status_code == 201
    assert (made.json()["phone"], made.json()["archived_at"], made.json()["version"]) == ("+32470123456", None, 1)
    url = f"{API}/patients/{made.json()['id']}/"
    assert send(client, "patch", url, {"city": "Geel", "version": 1}).json()["version"] == 2
    clash = send(client, "patch", url, {"city": "Mol", "version": 1})
    assert clash.status_code == 409
    assert (clash.json()["changed"], clash.json()["version"]) == (["city"], 2)
    assert client.delete(url).status_code == 405


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "2090-01-01"),
        ("national_number", "85073003329"),
        ("phone", "12"),
        ("gender", "vrouw"),
        ("family_name", ""),
    ],
)
def test_a_wrong_value_is_named_in_a_problem_document(
    receptionist: User, client_of: ClientOf, field: str, value: str
) -> None:
    response = send(client_of(receptionist), "post", f"{API}/patients/", {**AN, field: value})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(response.json()["errors"]) == {field}


def test_search_is_a_post(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)
    body = send(client, "post", f"{API}/patients/search/", {"q": "peters 1997"}).json()
    assert ([row["id"] for row in body["results"]], body["count"], body["has_more"]) == ([str(patient.pk)], 1, False)
    assert client.get(f"{API}/patients/search/").status_code in {404, 405}
    assert send(client, "post", f"{API}/patients/search/", {}).status_code == 400


def test_staff_open_and_close_an_episode(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)
    made = send(client, "post", f"{API}/episodes/", {"patient": str(patient.pk), "reason": "Knie", "status": "active"})
    assert made.status_code == 201
    closed = send(client, "patch", f"{API}/episodes/{made.json()['id']}/", {"status": "finished"})
    assert closed.json()["ended_on"]


def test_observations_are_filtered(observation: Observation, therapist: User, client_of: ClientOf) -> None:
    client = client_of(therapist)

    def count(query: str) -> int:
        response = client.get(f"{API}/observations/?{query}")
        assert response.status_code == 200, response.content
        return int(response.json()["count"])

    assert count(f"episode={observation.episode_id}&measure=palp_lfc_nprs&since=2026-11-23") == 1
    assert count("measure=hipabd_n") == 0
    assert count("since=2026-11-24T00:00:00%2B01:00") == 0
    assert client.get(f"{API}/observations/?episode=x").status_code == 400


def test_a_corrected_observation_gives_way(observation: Observation, therapist: User, client_of: ClientOf) -> None:
    Observation.objects.create(
        patient=observation.patient,
        episode=observation.episode,
        measure=observation.measure,
        side="R",
        value=4,
        number=4,
        entered_by=therapist,
        replaces=observation,
    )
    results = client_of(therapist).get(f"{API}/observations/").json()["results"]
    assert [row["value"] for row in results] == [4]


def test_reading_over_http_is_noted_too(observation: Observation, therapist: User, client_of: ClientOf) -> None:
    client = client_of(therapist)
    client.get(f"{API}/patients/{observation.patient_id}/")
    client.get(f"{API}/observations/")
    assert list(AccessLog.objects.order_by("pk").values_list("part", flat=True)) == ["contact", "observations"]


def test_an_answer_that_holds_a_record_is_noted_whatever_was_asked(
    patient: Patient, receptionist: User, client_of: ClientOf
) -> None:
    """A correction of nothing and a search show as much as reading does."""
    client, noted = client_of(receptionist), AccessLog.objects.filter(patient_id=patient.pk).order_by("pk")
    assert send(client, "patch", f"{API}/patients/{patient.pk}/", {}).json()["phone"] == patient.phone
    send(client, "post", f"{API}/patients/search/", {"q": "peeters"})
    assert list(noted.values_list("part", flat=True)) == ["contact", "patient list"]


@pytest.mark.parametrize("name", ["patients", "episodes", "observations"])
def test_a_list_costs_the_same_however_long(
    name: str, observation: Observation, therapist: User, client_of: ClientOf
) -> None:
    client = client_of(therapist)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{API}/{name}/")
        return len(queries)

    few = cost()
    for number in range(10):
        patient = make_patient("Maes", f"Lotte{number}", birth_date=datetime.date(1990, 1, 1), phone="")
        episode = EpisodeOfCare.objects.create(patient=patient, reason="Knie", started_on=NOW.date())
        Observation.objects.create(
            patient=patient, episode=episode, measure=observation.measure, value=1, number=1, entered_by=therapist
        )
    assert cost() == few <= 6
