"""A client of FHIR that others wrote (fhirpy) and a calendar that others read (icalendar) read what we serve."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.db import connections
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, ForbiddenError, OperationOutcome, ResourceNotFound
from icalendar import Calendar

from accounts.tokens import issue
from tests.security.practice import Practice, plant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def served(live_server: Any) -> Iterator[tuple[str, Practice]]:
    """A server on a port of this machine, with the planted practice."""
    yield live_server.url, plant()
    connections.close_all()


def test_a_client_library_searches_reads_and_follows(served: tuple[str, Practice]) -> None:
    address, practice = served
    client = SyncFHIRClient(f"{address}/fhir/R4", authorization=f"Bearer {issue(practice.treating.user)}")
    person = practice.record.patient
    patient = client.reference("Patient", str(person.pk)).to_resource()
    assert patient["name"][0]["family"] == person.family_name
    found = client.resources("Observation").search(subject=f"Patient/{person.pk}").limit(1).fetch_all()
    assert {each["id"] for each in found} == {str(practice.record.observation.pk), str(practice.record.diary.pk)}
    assert found[0]["subject"].to_resource()["id"] == str(person.pk)
    plan = client.resources("CarePlan").search(patient=str(person.pk), status="active").first()
    assert plan is not None
    assert plan["goal"][0].to_resource().resource_type == "Goal"
    counted = client.resources("Encounter").search(patient=str(person.pk), _total="accurate").fetch_raw()
    assert counted["total"] >= 2
    whole = patient.execute("$everything", method="get")
    assert len({each["resource"]["resourceType"] for each in whole["entry"]}) > 10
    applied = client.reference("PlanDefinition", "itbs").to_resource()
    assert applied["status"] == "active"
    included = client.resources("CarePlan").search(_id=str(plan["id"])).include("CarePlan", "goal").fetch_raw()
    assert {each["resource"]["resourceType"] for each in included["entry"]} == {"CarePlan", "Goal"}


def test_a_client_library_understands_our_refusals(served: tuple[str, Practice]) -> None:
    address, practice = served
    with pytest.raises(AuthorizationError):
        SyncFHIRClient(f"{address}/fhir/R4", authorization="Bearer none").resources("Patient").fetch()
    desk = SyncFHIRClient(f"{address}/fhir/R4", authorization=f"Bearer {issue(practice.receptionist)}")
    with pytest.raises(ForbiddenError):
        desk.resources("Observation").fetch()
    with pytest.raises(ResourceNotFound):
        desk.reference("Patient", "none").to_resource()
    with pytest.raises(OperationOutcome) as refused:
        desk.resources("Patient").search(name="Peeters").fetch()
    assert refused.value.resource["issue"][0]["code"] == "not-supported"


def test_a_calendar_reads_the_feed_over_http(served: tuple[str, Practice]) -> None:
    address, practice = served
    answer = requests.get(f"{address}/calendar/{practice.record.feed}.ics", timeout=30)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    uids = {str(event["uid"]) for event in calendar.walk("VEVENT")}
    assert str(practice.record.visit.pk) in uids
    assert str(practice.other.visit.pk) not in uids
