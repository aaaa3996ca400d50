"""What every resource of the API does the same way: fields, order, filters, keys, versions, shares and problems."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import api_throttle, idempotency
from accounts.idempotency import forget_keys
from accounts.limits import Limit, TooManyAttempts, limit
from accounts.models import AccessLog, IdempotencyKey, Practitioner, User
from accounts.tokens import issue
from fysicure.api import router
from patients.models import EpisodeOfCare, Patient
from scheduling.models import Room, WaitingListEntry
from tests.people import TODAY, make_patient
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
API = "/api/v1"
AN = {"family_name": "Peeters", "given_name": "An", "birth_date": "1997-03-14"}


def post(client: Client, url: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(url, body, content_type="application/json", headers=headers)


@pytest.fixture
def namesakes(db: None) -> list[str]:
    """Thirty patients who cannot be told apart by what lists are ordered by."""
    return [str(make_patient("Maes", "Jan", phone="").pk) for _number in range(30)]


# Sparse fields


def test_a_row_and_a_list_hold_the_fields_that_were_asked_for(patient: Patient, desk: Client) -> None:
    assert set(desk.get(f"{API}/patients/{patient.pk}/?fields=id,city").json()) == {"id", "city"}
    listed = desk.get(f"{API}/patients/?fields=id").json()
    assert set(listed) == {"count", "next", "previous", "results"}
    assert [set(row) for row in listed["results"]] == [{"id"}]


def test_answers_of_writes_hold_the_fields_that_were_asked_for(desk: Client) -> None:
    made = post(desk, f"{API}/patients/?fields=id,version", AN)
    assert (made.status_code, set(made.json())) == (201, {"id", "version"})
    url = f"{API}/patients/{made.json()['id']}/?fields=city"
    assert desk.patch(url, {"city": "Geel"}, content_type="application/json").json() == {"city": "Geel"}
    found = post(desk, f"{API}/patients/search/?fields=family_name", {"q": "peeters"}).json()
    assert found["results"] == [{"family_name": "Peeters"}]


def test_an_unknown_field_is_named_and_nothing_is_written(desk: Client) -> None:
    refused = post(desk, f"{API}/patients/?fields=id,naam", AN)
    assert refused.status_code == 400
    assert "naam" in refused.json()["errors"]["fields"][0]
    assert not Patient.objects.exists()


@pytest.mark.parametrize("url", ["slots/?from=2026-12-01&to=2026-12-02", "me/?", "pathways/?", "measures/?", "rooms/?"])
def test_every_address_knows_fields(url: str, therapist: User, room: Room, client_of: ClientOf) -> None:
    client = client_of(therapist)
    assert client.get(f"{API}/{url}").status_code == 200
    assert client.get(f"{API}/{url}&fields=nothing_like_it").status_code == 400


# Ordering, filters, pages


def test_pages_of_rows_that_are_alike_neither_repeat_nor_lose_one(namesakes: list[str], desk: Client) -> None:
    for ordering in ("", "family_name", "-family_name,birth_date"):
        seen: list[str] = []
        url = f"{API}/patients/?page_size=7&fields=id&ordering={ordering}"
        while url:
            page = desk.get(url).json()
            seen += [row["id"] for row in page["results"]]
            url = page["next"] or ""
        assert sorted(seen) == sorted(namesakes)


def test_rows_come_in_the_order_that_was_asked_for(desk: Client) -> None:
    for given, born in (("An", 1990), ("Bo", 1970), ("Cas", 1980)):
        make_patient("Maes", given, birth_date=datetime.date(born, 1, 1), phone="")

    def names(ordering: str) -> list[str]:
        rows = desk.get(f"{API}/patients/", {"ordering": ordering}).json()["results"]
        return [row["given_name"] for row in rows]

    assert names("birth_date") == ["Bo", "Cas", "An"]
    assert names("-birth_date") == ["An", "Cas", "Bo"]
    refused = desk.get(f"{API}/patients/", {"ordering": "phone"})
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"ordering"})


@pytest.mark.parametrize(
    "query", ["archievd=true", "Patient=1", "page_size=0", "page_size=many", "birth_date=yesterday", "ordering=-"]
)
def test_a_mistyped_filter_is_no_whole_list(query: str, desk: Client) -> None:
    refused = desk.get(f"{API}/patients/?{query}")
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {query.partition("=")[0]}


def test_a_filter_without_a_value_is_no_whole_list(desk: Client) -> None:
    answer = desk.get("/api/v1/patients/?birth_date=")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["birth_date"])


def test_a_single_row_takes_no_filter(patient: Patient, desk: Client) -> None:
    assert desk.get(f"{API}/patients/{patient.pk}/?archived=false").status_code == 400


def test_a_page_beyond_the_end_is_not_found_and_a_large_one_is_cut(namesakes: list[str], desk: Client) -> None:
    beyond = desk.get(f"{API}/patients/?page=9")
    assert (beyond.status_code, beyond.json()["type"]) == (404, "/api/problems/not-found")
    assert len(desk.get(f"{API}/patients/?page_size=5000").json()["results"]) == 30


def test_every_list_declares_its_order() -> None:
    for _prefix, viewset, _name in router.registry:
        assert viewset.ordering_fields, viewset


# Idempotency-Key


def test_the_same_key_makes_one_patient_and_says_so(desk: Client, receptionist: User) -> None:
    first = post(desk, f"{API}/patients/", AN, "een")
    assert (first.status_code, first["ETag"], first["Location"]) == (
        201, '"1"', f"{API}/patients/{first.json()['id']}/",
    )  # fmt: skip
    assert "Idempotency-Replayed" not in first
    again = post(desk, f"{API}/patients/", dict(reversed(AN.items())), "een")
    assert (again.status_code, again["Idempotency-Replayed"], again.json()) == (201, "true", first.json())
    assert Patient.objects.count() == 1
    assert AccessLog.objects.filter(user_id=receptionist.pk, patient_id=first.json()["id"], part="contact").count() == 1


def test_the_same_key_with_another_body_is_refused(desk: Client) -> None:
    post(desk, f"{API}/patients/", AN, "een")
    refused = post(desk, f"{API}/patients/", {**AN, "city": "Mol"}, "een")
    assert (refused.status_code, refused.json()["type"]) == (422, "/api/problems/key-reused")
    assert Patient.objects.count() == 1


def test_a_key_is_its_senders_own(desk: Client, owner: User, client_of: ClientOf) -> None:
    post(desk, f"{API}/patients/", AN, "een")
    assert post(client_of(owner), f"{API}/patients/", {**AN, "given_name": "Bo"}, "een").status_code == 201


def test_what_was_refused_leaves_the_key_free(desk: Client) -> None:
    assert post(desk, f"{API}/patients/", {**AN, "phone": "12"}, "een").status_code == 400
    assert post(desk, f"{API}/patients/", AN, "een").status_code == 201


@pytest.mark.parametrize("key", ["a" * 256, "é", "a\tb"])
def test_what_is_no_key_is_refused(key: str, desk: Client) -> None:
    refused = post(desk, f"{API}/patients/", AN, key)
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"Idempotency-Key"})


def test_no_word_of_the_record_stands_with_a_key(patient: Patient, therapist: User, client_of: ClientOf) -> None:
    body = {"patient": str(patient.pk), "reason": "Rustpijn", "status": "active"}
    made = post(client_of(therapist), f"{API}/episodes/", body, "een")
    row = IdempotencyKey.objects.get()
    assert (row.result, row.status) == (made.json()["id"], 201)
    assert "Rustpijn" not in str(IdempotencyKey.objects.values().get())


def test_each_create_knows_the_key(
    plan: Any, patient: Patient, episode: EpisodeOfCare, therapist: User, client_of: ClientOf
) -> None:
    """Sent twice with a key, every create of the API makes one row and gives the same answer."""
    client, now = client_of(therapist), timezone.now()
    begun, ended = ((now - datetime.timedelta(hours=hours)).isoformat() for hours in (3, 2))
    assert patient.user is not None
    creates: list[tuple[Client, str, dict[str, Any]]] = [
        (client, "patients/", AN),
        (client, "episodes/", {"patient": str(patient.pk), "reason": "Knie", "status": "active"}),
        (client, "waiting-list/", {"patient": str(patient.pk), "earliest": "2027-01-04", "type": "retest"}),
        (client, f"plans/{plan.pk}/decisions/", {"decision": "hold", "reason": "Nog even."}),
        (
            client_of(patient.user),
            "diary/",
            {"kind": "exercise", "start": begun, "end": ended, "pre": 1, "during": 1, "after": 1},
        ),
    ]
    for sender, url, body in creates:
        first, again = (post(sender, f"{API}/{url}", body, f"key of {url}") for _time in range(2))
        assert first.status_code == 201, (url, first.content)
        assert (again.status_code, again.get("Idempotency-Replayed")) == (201, "true"), (url, again.content)
        assert again.json()["id"] == first.json()["id"]
    assert IdempotencyKey.objects.count() == len(creates)


def test_keys_end_after_a_day(desk: Client) -> None:
    post(desk, f"{API}/patients/", AN, "een")
    assert forget_keys(now=timezone.now() + datetime.timedelta(hours=23)) == 0
    assert forget_keys(now=timezone.now() + datetime.timedelta(hours=24)) == 1


def test_a_key_costs_two_queries(desk: Client) -> None:
    def cost(key: str, given_name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert post(desk, f"{API}/patients/", {**AN, "given_name": given_name}, key).status_code == 201
        return len([each for each in queries if "SAVEPOINT" not in each["sql"]])

    assert cost("een", "Bo") - cost("", "Cas") == 2


def test_the_digest_hangs_on_address_and_content_and_on_nothing_else() -> None:
    one = idempotency.digest_of("POST", "/a/", {"a": 1, "b": [1, 2]})
    assert one == idempotency.digest_of("POST", "/a/", {"b": [1, 2], "a": 1})
    others = {("POST", "/b/", "{}"), ("POST", "/a/", "[2, 1]"), ("PATCH", "/a/", "{}")}
    assert len({one, *(idempotency.digest_of(*each) for each in others)}) == 4


# Versions


def test_what_one_holds_already_is_not_sent_again(
    patient: Patient, episode: EpisodeOfCare, practitioner: Practitioner, room: Room, desk: Client
) -> None:
    entry = WaitingListEntry.objects.create(patient=patient, earliest=TODAY, created_by=practitioner.user)
    paths = [f"patients/{patient.pk}", f"episodes/{episode.pk}", f"practitioners/{practitioner.pk}"]
    for path in [*paths, f"rooms/{room.pk}", f"waiting-list/{entry.pk}"]:
        first = desk.get(f"{API}/{path}/")
        tag = first["ETag"]
        for held in (tag, f'"no", W/{tag}', "*"):
            again = desk.get(f"{API}/{path}/", headers={"If-None-Match": held})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert desk.get(f"{API}/{path}/", headers={"If-None-Match": '"0"'}).status_code == 200
    Patient.objects.filter(pk=patient.pk).update(city="Geel")
    assert desk.get(f"{API}/{paths[0]}/", headers={"If-None-Match": '"1"'}).status_code == 200


def test_reading_again_is_noted_though_nothing_is_sent(patient: Patient, desk: Client) -> None:
    desk.get(f"{API}/patients/{patient.pk}/", headers={"If-None-Match": "*"})
    assert AccessLog.objects.filter(patient_id=patient.pk, part="contact").count() == 1


# The share of a token


def test_the_contract_lets_fifty_a_second_pass() -> None:
    assert 50 < api_throttle.STAFF <= 100


@pytest.mark.parametrize(("role", "most"), [("receptionist", 15), ("patient_user", 5)])
def test_a_token_has_its_share_of_five_seconds(
    role: str, most: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = [11.5]
    monkeypatch.setattr(api_throttle, "monotonic", lambda: second[0])
    monkeypatch.setattr(api_throttle, "STAFF", 3)
    monkeypatch.setattr(api_throttle, "PATIENT", 1)
    client, headers = Client(), {"Authorization": f"Bearer {issue(request.getfixturevalue(role))}"}
    for number in range(most):
        taken = client.get(f"{API}/me/", headers=headers)
        assert (taken.status_code, taken["RateLimit"]) == (200, f'"token";r={most - number - 1};t=4')
    refused = client.get(f"{API}/me/", headers=headers)
    assert (refused.status_code, refused["Retry-After"], refused["RateLimit"]) == (429, "4", '"token";r=0;t=4')
    assert refused.json()["type"] == "/api/problems/throttled"
    second[0] = 15.0
    assert client.get(f"{API}/me/", headers=headers).status_code == 200


def test_a_browser_has_no_share(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_throttle, "STAFF", 0)
    assert "RateLimit" not in desk.get(f"{API}/me/")


def test_too_many_attempts_say_when_the_next_one_is_taken(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rule, now = Limit(0, datetime.timedelta(seconds=90)), timezone.now()
    with pytest.raises(TooManyAttempts) as raised:
        limit("test:an", rule, now=now)

    def refuse(*_args: Any, **_more: Any) -> None:
        raise raised.value

    monkeypatch.setattr("patients.api.search", refuse)
    refused = post(desk, f"{API}/patients/search/", {"q": "an"})
    assert (refused.status_code, refused.json()["type"]) == (429, "/api/problems/too-many-attempts")
    assert 80 < int(refused["Retry-After"]) <= 90


# Who am I


@pytest.mark.parametrize("role", ["therapist", "receptionist", "owner", "patient_user"])
def test_a_token_says_whose_it_is(role: str, patient: Patient, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(role)
    ends = timezone.now() + datetime.timedelta(days=1)
    token = issue(user, name="Kassa", expires_at=ends)
    with CaptureQueriesContext(connection) as queries:
        said = Client().get(f"{API}/me/", headers={"Authorization": f"Bearer {token}"}).json()
    assert (said["id"], said["role"]) == (str(user.pk), user.role)
    assert (said["practitioner"] is not None, said["patient"] is not None) == (
        role == "therapist", role == "patient_user",
    )  # fmt: skip
    assert said["token"]["name"] == "Kassa"
    assert datetime.datetime.fromisoformat(said["token"]["expires_at"]) == ends
    assert len([each for each in queries if "SAVEPOINT" not in each["sql"]]) <= 5


def test_every_answer_says_the_version(desk: Client, client: Client) -> None:
    answers = [desk.get(f"{API}/me/"), client.get(f"{API}/me/"), client.get("/api/v1/nothing/"), client.get("/api/v2/")]
    assert [each["API-Version"] for each in answers] == ["1"] * 4
    assert "API-Version" not in client.get(reverse("healthz"))
