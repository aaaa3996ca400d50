"""Requests that are too big, too long or no text: refused with the right status, never with a crash."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from patients.models import EpisodeOfCare, Patient
from scheduling.models import Room

SignIn = Callable[[User], Client]
PROBLEM = "application/problem+json"
JSON = "application/json"
STRANGE = [
    "", "x", "-1", "0", "99999999999999999999999999", "1e309", "NaN", "2026-02-30", "0000-00-00", "9999-12-31",
    "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "275760-09-13", "٣", "\ud7ff\uffff", "' OR 1=1 --",
    "{{7*7}}", "../../etc/passwd", "%", "\\", "a" * 3000, "null", "[]", "true", "2026-11-23T10:00",
    "00000000-0000-0000-0000-000000000000", "2026-W48", "1,2", "\r\nX-Evil: 1", "\u202e", "-9223372036854775809",
]  # fmt: skip
NAMES = {
    *(
        "page",
        "page_size",
        "q",
        "from",
        "to",
        "start",
        "end",
        "day",
        "date",
        "week",
        "month",
        "practitioner",
        "patient",
    ),
    *("episode", "plan", "room", "minutes", "status", "since", "measure", "search", "kind", "view", "next", "back"),
    *(
        "sessions",
        "type",
        "version",
        "other",
        "ordering",
        "cursor",
        "offset",
        "limit",
        "format",
        "lang",
        "moment",
        "side",
    ),
}


def send(client: Client, body: bytes, content_type: str = JSON, path: str = "/api/v1/patients/search/") -> Any:
    return client.generic("POST", path, body, content_type=content_type)


def test_a_big_body_is_413(client_of: SignIn, receptionist: User) -> None:
    client = client_of(receptionist)
    big = b'{"q": "' + b"x" * 5_000_000 + b'"}'
    response = send(client, big)
    assert (response.status_code, response["Content-Type"]) == (413, PROBLEM)
    assert json.loads(response.content)["status"] == 413
    assert send(client, big, "text/plain", "/patients/register/").status_code == 413
    lying = client.post("/patients/register/", {}, headers={"Content-Length": "99999999999"})
    assert lying.status_code == 413
    assert client.post("/patients/register/", {}, headers={"Content-Length": "-5"}).status_code == 400


def test_a_long_address_is_414(client_of: SignIn, receptionist: User) -> None:
    client = client_of(receptionist)
    assert client.get("/patients/", {"q": "x" * 5000}).status_code == 414
    assert client.get("/api/v1/patients/", {"page": "1" * 5000})["Content-Type"] == PROBLEM


def test_too_many_fields_are_refused(client_of: SignIn, receptionist: User) -> None:
    fields = {f"field{number}": "x" for number in range(2100)}
    assert client_of(receptionist).post("/patients/register/", fields).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"", b"[" * 100_000, b'{"q":' * 5000, b"\xff\xfe", b'{"q": "\\ud800"}', b'{"q": "\\u0000"}',
        b'{"q": "a\x00"}',
        b'{"q": NaN}', b'{"q": Infinity}', b"9" * 5000, b'{"q": ' + b"9" * 5000 + b"}", b'"text"', b"null", b"[1, 2]",
        b'{"q": {"a": [1]}}', b'{"q": null}', b'{"q": ' + b"[" * 60 + b"]" * 60 + b"}",
    ],
)  # fmt: skip
def test_malformed_json_is_400(client_of: SignIn, receptionist: User, body: bytes) -> None:
    response = send(client_of(receptionist), body)
    assert response.status_code == 400
    assert response["Content-Type"] == PROBLEM


@pytest.mark.parametrize(
    ("body", "content_type", "statuses"),
    [
        (b"family_name=%00", "application/x-www-form-urlencoded", {400}),
        (b"family_name=%ff%fe", "application/x-www-form-urlencoded", {200, 422}),
        (b"family_name=x", "application/x-www-form-urlencoded; charset=utf-16", {415}),
        (b"family_name=x", "application/x-www-form-urlencoded; charset=hex", {415}),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b", {200, 400, 422}),
        (b"--b\r\n", "multipart/form-data", {400}),
        (b"x", "multipart/form-data; boundary=" + "b" * 300, {400}),
        (b'--b\r\nContent-Disposition: form-data; name="family_name"\r\n\r\na\x00\r\n--b--\r\n',
         "multipart/form-data; boundary=b", {400}),
        (b'{"family_name": 1}', "application/json", {200, 422}),
        (b"\x00", "application/octet-stream", {400}),
    ],
)  # fmt: skip
def test_a_malformed_form_is_no_crash(
    client_of: SignIn, receptionist: User, body: bytes, content_type: str, statuses: set[int]
) -> None:
    assert send(client_of(receptionist), body, content_type, "/patients/register/").status_code in statuses


def test_the_words_backslash_u_are_text(client_of: SignIn, receptionist: User) -> None:
    assert send(client_of(receptionist), rb'{"q": "C:\\u0000"}').status_code == 200


@pytest.mark.parametrize("path", ["/patients/", "/agenda/", "/api/v1/appointments/", "/calendar/%00.ics", "/%00/"])
def test_no_text_holds_a_nul(client_of: SignIn, receptionist: User, path: str) -> None:
    client = client_of(receptionist)
    assert client.get(path if "%00" in path else f"{path}?q=%00").status_code == 400
    assert Client().get("/account/login/", HTTP_COOKIE='sessionid="a\\000"').status_code == 400


OWNERS = {"/agenda/numbers/", "/agenda/numbers/weeks.csv"}
LISTS = (
    "/patients/", "/patients/all/", "/agenda/", "/agenda/book/", "/agenda/changes/", "/agenda/print/",
    "/agenda/requests/",
    "/agenda/waiting-list/", "/agenda/series/plan/", "/agenda/messages/", "/plans/follow-ups/", "/plans/evidence/",
    "/plans/versions/", "/agenda/numbers/", "/agenda/numbers/weeks.csv", "/api/v1/patients/", "/api/v1/episodes/",
    "/api/v1/encounters/", "/api/v1/observations/", "/api/v1/plans/", "/api/v1/diary/", "/api/v1/appointments/",
    "/api/v1/slots/", "/account/login/",
)  # fmt: skip


@pytest.mark.nightly
@pytest.mark.parametrize("path", LISTS)
def test_nothing_that_is_asked_in_an_address_is_a_crash(
    path: str, client_of: SignIn, patient: Patient, therapist: User, owner: User
) -> None:
    """Every name with every strange value at once, then each name alone with one of them, in turn."""
    client = client_of(owner if path in OWNERS else therapist)
    assert client.get(path).status_code in {200, 302, 400}, path
    for value in STRANGE:
        assert client.get(path, dict.fromkeys(NAMES, value)).status_code < 500, (path, value)
    for number, name in enumerate(sorted(NAMES)):
        value = STRANGE[(number * 7 + 4) % len(STRANGE)]
        assert client.get(path, {name: value}).status_code < 500, (path, name, value)


def test_a_patients_pages_bear_strange_questions(client_of: SignIn, patient: Patient, patient_user: User) -> None:
    client = client_of(patient_user)
    for path in ("/portal/", "/portal/plan/", "/portal/diary/", "/portal/visits/", "/portal/record/"):
        for value in STRANGE:
            assert client.get(path, dict.fromkeys(NAMES, value)).status_code < 500, (path, value)


ELSEWHERE = ["https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)",
             "http://testserver@evil.example/", "\thttps://evil.example", "///evil.example/%2f.."]  # fmt: skip


@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_sent_elsewhere(
    where: str, client_of: SignIn, receptionist: User, therapist: User, episode: EpisodeOfCare, room: Room
) -> None:
    client = client_of(therapist)
    pages = [
        "/account/login/",
        "/account/logout/",
        "/account/login/code/",
        "/account/reauthenticate/",
        "/agenda/",
        "/admin/login/",
    ]
    for page in pages:
        for name in ("next", "back", "REDIRECT_FIELD_NAME"):
            for response in (client.get(page, {name: where}), client.post(page, {name: where})):
                assert "evil.example" not in response.get("Location", "").split("?")[0], page
    book = reverse("scheduling:book")
    sent = client_of(receptionist).post(book, {"next": where, "back": where, "patient": episode.patient_id})
    assert "evil" not in sent.get("Location", "")


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "", "a b", "[::1"]
)
def test_an_unknown_host_is_refused_everywhere(client: Client, db: None, host: str) -> None:
    for path in ("/account/login/", "/api/v1/patients/", "/patients/", "/api/docs/"):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 400
        assert host == "" or host.encode() not in response.content
