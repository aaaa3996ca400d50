"""The API is asked whatever its own description allows, and what it forbids, as each role: nothing breaks or leaks.

Schemathesis holds each answer against the document with all of its checks. Left out, as nothing here can fail them:
`missing_required_header` (no header is required but the token, which `ignored_auth` takes away), `max_response_time`
(benchmarks measure that on a quiet machine). Three checks need requests that follow each other (`use_after_free` among
them) or methods that the document does not have; the last tests here make those themselves.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import schemathesis
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from accounts.webhooks.replay import send_test
from fysicure.api_document.exchanges import OPERATIONS as DESCRIBED
from fysicure.api_document.exchanges import Exchange
from fysicure.api_document.snapshot import document
from patients.models import EpisodeOfCare
from tests.api.in_process import application
from tests.api.practice import Practice, other_side, plant
from tests.api.replay import operations, send
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(document())
SCHEMA.app = application
KNOWN = operations(document())
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (result.ok() for result in SCHEMA.get_all_operations())
}
ROLES = ("therapist", "receptionist", "owner", "patient", None)
CLINICAL = "Zwanenhalsgewricht"  # a word that only a clinical field holds
OTHERS_NAME = "Quackelbeen"
EXAMPLES, EXAMPLES_AT_NIGHT = 3, 25  # of each operation for each role
CHECKED = [
    check
    for check in CHECKS.get_all()
    if check.__name__ not in {"use_after_free", "missing_required_header", "max_response_time"}
]


@pytest.fixture
def practice(db: None, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """A complaint that reception may not read, and another patient whom a patient may not know of."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr("accounts.webhooks.api.send_test", partial(send_test, via=other_side))
    planted = plant()
    EpisodeOfCare.objects.update(reason=CLINICAL)
    make_patient(OTHERS_NAME, "Bo", phone="+32470111222")
    return planted


def first_good(name: str) -> Exchange:
    return next(each for each in DESCRIBED[name].exchanges if not each.is_refused and not each.before)


def strategies(name: str, headers: dict[str, str]) -> st.SearchStrategy[schemathesis.Case]:
    """Requests as the document allows and forbids; half of them about rows that exist, to reach what is behind.

    The token is given, not generated: another one in its place would never be sent.
    """
    operation, known = OPERATIONS[name], dict(first_good(name).path)
    fixed = {"path_parameters": known} if known else {}
    return st.one_of(
        *(
            operation.as_strategy(generation_mode=mode, headers=headers, **more)
            for mode in GenerationMode
            for more in ([{}, fixed] if fixed else [{}])
        )
    )


def checks_of(name: str, case: schemathesis.Case) -> list[Any]:
    """All checks. That what the shape allows is taken can be asked only where nothing names a row, a day or a text.

    Elsewhere the practice decides: an id that nobody has, or a birth date that is still to come, is refused with 400.
    An answer of which `?fields=` kept some members is not the whole shape (tests/accounts holds those).
    """
    operation = OPERATIONS[name].definition.raw
    sparse = {"response_schema_conformance"} if (case.query or {}).get("fields") else set()
    open_ended = [
        each["name"]
        for each in operation.get("parameters", [])
        if each["in"] == "query"
        and each["schema"].get("type") == "string"
        and not {"enum", "pattern"} & set(each["schema"])
    ]
    if "requestBody" not in operation and not open_ended:
        return [check for check in CHECKED if check.__name__ not in sparse]
    return [check for check in CHECKED if check.__name__ not in {"positive_data_acceptance", *sparse}]


def look(response: Any, role: str | None) -> None:
    """What is never in an answer, whatever the document says."""
    text = response.text
    assert "Traceback" not in text
    if role in {None, "receptionist", "owner"}:
        assert CLINICAL not in text
    if role in {None, "patient"}:
        assert OTHERS_NAME not in text
    if role is None:
        assert response.status_code in {400, 401, 404, 405, 406, 413, 414, 415}


def questions(name: str, role: str | None, headers: dict[str, str], examples: int) -> Callable[[], None]:
    """Return a function that asks an operation all that is asked of it as a role; nothing stays in the database."""

    @settings(
        max_examples=examples if role else 2,  # whoever has no key comes no further than the door
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategies(name, headers))
    def ask(case: schemathesis.Case) -> None:
        caches["counters"].clear()
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        look(response, role)
        if (
            response.status_code == 414
        ):  # refused before it is known which operation is asked: the document's head says so
            return
        case.validate_response(response, checks=checks_of(name, case), headers=headers)

    return ask


@pytest.mark.parametrize("examples", [EXAMPLES, pytest.param(EXAMPLES_AT_NIGHT, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("role", ROLES)
def test_no_request_breaks_the_api_or_draws_out_what_is_not_the_callers(
    role: str | None, examples: int, practice: Practice, subtests: pytest.Subtests
) -> None:
    headers = {"Authorization": f"Bearer {practice.tokens[role]}"} if role else {}
    for name in OPERATIONS:
        with subtests.test(operation=name):
            questions(name, role, headers, examples)()


def test_a_method_that_the_document_does_not_have_is_refused_with_those_that_it_has(practice: Practice) -> None:
    item_of = document()["paths"]
    for path in {path for _method, path, _operation in KNOWN.values()}:
        name = next(name for name, (_method, each, _operation) in KNOWN.items() if each == path)
        good = first_good(name)
        for method in {"put", "delete", "patch", "post"} - set(item_of[path]):
            answer = send(practice, method, path, good, body={})
            assert answer.status_code in {403, 405}, (method, path)
            if answer.status_code == 405:
                allowed = {each.strip().lower() for each in answer["Allow"].split(",")}
                assert set(item_of[path]) <= allowed, (method, path)
                assert method not in allowed, (method, path)


def test_what_was_made_is_there_at_once(practice: Practice) -> None:
    for name, (method, path, operation) in KNOWN.items():
        if "Location" not in operation["responses"].get("201", {}).get("headers", {}):
            continue
        with transaction.atomic():
            made = send(practice, method, path, first_good(name))
            there = send(practice, "get", made["Location"], first_good(name), path={}, query={}, headers={}, body=None)
            transaction.set_rollback(True)
        assert there.status_code == 200, name
        assert there.json()["id"] == made.json()["id"]


def test_what_was_removed_is_gone_at_once(practice: Practice) -> None:
    removals = {name: each for name, each in KNOWN.items() if each[0] == "delete"}
    assert removals
    for name, (_method, path, _operation) in removals.items():
        good = first_good(name)
        with transaction.atomic():
            before = send(practice, "get", path, good)
            assert send(practice, "delete", path, good).status_code == 204, name
            after = [send(practice, method, path, good).status_code for method in ("get", "delete")]
            transaction.set_rollback(True)
        assert (before.status_code, after) == (200, [404, 404]), name
