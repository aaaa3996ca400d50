"""The typed client, made from the document, does a day's work with the API; it is never older than the document."""

import datetime
import filecmp
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fysicure_client import AuthenticatedClient
from fysicure_client.api.agenda import appointments_create, appointments_read, appointments_update
from fysicure_client.api.care_plans import plans_progress
from fysicure_client.api.patients import patients_list
from fysicure_client.api.practice import me_read
from fysicure_client.models import (
    Appointment,
    AppointmentRequest,
    MeShape,
    PatchedChangeRequest,
    PlanProgress,
    Problem,
)
from fysicure_client.types import UNSET

from fysicure.api_document.exchanges import identifier
from scripts.make_client import CLIENT, PACKAGE, make_client
from tests.api.in_process import application
from tests.api.practice import Practice
from tests.people import at

ClientOf = Callable[[str], AuthenticatedClient]


@pytest.fixture
def client_of(practice: Practice) -> ClientOf:
    """Return a function that gives the client of a role; it asks the application in this process, headers and all."""

    def make(role: str) -> AuthenticatedClient:
        return AuthenticatedClient(
            "http://localhost",
            token=practice.tokens.get(role, "fys_of_nobody"),
            headers={"Accept-Language": "en"},
            httpx_args={"transport": httpx.WSGITransport(app=application)},
            raise_on_unexpected_status=True,
        )

    return make


def visit_at(start: datetime.datetime) -> AppointmentRequest:
    return AppointmentRequest(patient=identifier("piet"), practitioner=identifier("lotte"), start=start, minutes=30)


def test_the_client_is_the_one_of_the_document(tmp_path: Path) -> None:
    make_client(tmp_path / PACKAGE)
    kept = {path.relative_to(CLIENT) for path in (CLIENT / PACKAGE).rglob("*") if "__pycache__" not in path.parts}
    made = {path.relative_to(tmp_path) for path in (tmp_path / PACKAGE).rglob("*")}
    assert kept == made, "make client"
    files = [str(path) for path in made if (tmp_path / path).is_file()]
    assert filecmp.cmpfiles(tmp_path, CLIENT, files, shallow=False)[1:] == ([], []), "make client"


def test_a_token_says_who_it_is(client_of: ClientOf) -> None:
    me = me_read.sync(client=client_of("therapist"))
    assert isinstance(me, MeShape)
    assert (me.role, me.practitioner, me.patient) == ("therapist", identifier("lotte"), None)
    refused = me_read.sync(client=client_of("nobody"))
    assert isinstance(refused, Problem)
    assert refused.status == 401


def test_pages_follow_each_other_and_hold_everybody_once(client_of: ClientOf) -> None:
    names, page, more = [], 1, True
    while more:
        answer = patients_list.sync(client=client_of("receptionist"), page=page, page_size=1, ordering="given_name")
        assert not isinstance(answer, Problem | None)
        names += [row.given_name for row in answer.results]
        page, more = page + 1, bool(answer.next_)
    assert names == ["An", "Piet"]


def test_a_booking_is_made_once_and_a_clash_is_typed(client_of: ClientOf) -> None:
    desk = client_of("receptionist")
    first, again = (
        appointments_create.sync_detailed(client=desk, body=visit_at(at("2026-11-25")), idempotency_key="k-1")
        for _ in range(2)
    )
    assert isinstance(first.parsed, Appointment)
    assert isinstance(again.parsed, Appointment)
    assert first.parsed.id == again.parsed.id
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    clash = appointments_create.sync(client=desk, body=visit_at(at("2026-11-24", "10:15")))
    assert isinstance(clash, Problem)
    assert (clash.status, clash.clash, clash.errors) == (409, ["therapist"], UNSET)


def test_a_change_keeps_what_somebody_else_did(client_of: ClientOf) -> None:
    desk, visit = client_of("receptionist"), identifier("visit")
    tag = appointments_read.sync_detailed(visit, client=desk).headers["ETag"]
    moved = appointments_update.sync_detailed(
        visit, client=desk, body=PatchedChangeRequest(start=at("2026-11-24", "14:00")), if_match=tag
    )
    assert isinstance(moved.parsed, Appointment)
    assert moved.headers["ETag"] != tag
    late = appointments_update.sync(
        visit, client=desk, body=PatchedChangeRequest(start=at("2026-11-24", "15:00")), if_match=tag
    )
    assert isinstance(late, Problem)
    assert late.status == 412


def test_progress_says_what_is_met(client_of: ClientOf) -> None:
    seen = plans_progress.sync(UUID(str(identifier("plan"))), client=client_of("therapist"))
    assert isinstance(seen, PlanProgress)
    assert (seen.phase, seen.proposal, seen.to_phase) == ("P1", "advance", "P2")
    assert {row.status for row in seen.criteria} == {"met"}
    assert seen.days.additional_properties
