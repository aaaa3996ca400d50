"""The API is asked whatever its own description allows, and what it forbids, as each role: nothing breaks or leaks."""

from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import Request
from schemathesis import GenerationMode

from accounts.models import Practitioner, User
from accounts.tokens import issue
from patients.models import EpisodeOfCare, Patient
from tests.people import make_patient

pytestmark = pytest.mark.django_db

SCHEMA = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}
ROLES = ("therapist", "receptionist", "owner", "patient_user", None)
CLINICAL = "Zwanenhalsgewricht"  # a word that only a clinical field holds
OTHERS_NAME = "Quackelbeen"
EXAMPLES = 12


def test_there_are_operations() -> None:
    assert len(OPERATIONS) > 20


@pytest.fixture
def record(patient: Patient, episode: EpisodeOfCare) -> None:
    """A complaint that reception may not read, and another patient whom a patient may not know of."""
    EpisodeOfCare.objects.filter(pk=episode.pk).update(reason=CLINICAL)
    make_patient(OTHERS_NAME, "Bo", phone="+32470111222")


@pytest.fixture
def known_ids(record: None, patient: Patient, episode: EpisodeOfCare, practitioner: Practitioner) -> dict[str, str]:
    """Ids that exist, so that generated requests reach the code behind the first check."""
    return {
        "patient": str(patient.pk),
        "episode": str(episode.pk),
        "practitioner": str(practitioner.pk),
        "slug": "itbs",
        "id": str(patient.pk),
    }


def send(client: Client, case: schemathesis.Case, headers: dict[str, str]) -> Any:
    """Send a generated case through Django's own client, so that the test's database is the one that is asked."""
    wire = Request(
        **{
            name: value
            for name, value in case.as_transport_kwargs(base_url="http://localhost").items()
            if name in {"method", "url", "params", "json", "data", "headers"}
        }
    ).prepare()
    path = wire.url.removeprefix("http://localhost")
    body = wire.body.encode() if isinstance(wire.body, str) else wire.body or b""
    given_headers = {name: value for name, value in wire.headers.items() if name not in {"Cookie", "Content-Length"}}
    kind = given_headers.pop("Content-Type", "application/json")
    return client.generic(case.method, path, data=body, content_type=kind, headers={**given_headers, **headers})


def real(case: schemathesis.Case, known: dict[str, str]) -> schemathesis.Case:
    """Put ids that exist where the case names one."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: known[name] for name in part if name in known and isinstance(part[name], str)})
    return case


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_breaks_the_api_or_draws_out_what_is_not_the_callers(
    label: str, role: str | None, request: pytest.FixtureRequest, known_ids: dict[str, str]
) -> None:
    client = Client(raise_request_exception=True)
    user: User | None = request.getfixturevalue(role) if role else None
    headers = {"Authorization": f"Bearer {issue(user)}"} if user else {}
    operation = OPERATIONS[label]
    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes), is_real=st.booleans())
    def ask(case: schemathesis.Case, is_real: bool) -> None:
        sid = transaction.savepoint()
        response = send(client, real(case, known_ids) if is_real else case, headers)
        transaction.savepoint_rollback(sid)
        text = response.content.decode(errors="replace")
        assert response.status_code < 500, text[:500]
        if role is None:
            assert response.status_code in {400, 401, 403, 404, 405}
        if role in {None, "receptionist", "owner"}:
            assert CLINICAL not in text
        if role in {None, "patient_user"}:
            assert OTHERS_NAME not in text
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json"
            assert {"type", "title", "status", "detail"} <= set(response.json())
            assert "Traceback" not in text

    ask()
