"""Whatever refuses, and wherever: an address of the API answers a problem document whose type is documented."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework import exceptions

from accounts.exceptions import DomainError
from accounts.models import User
from accounts.problems import TYPES, short_name
from fysicure.errors import CODES, OF_STATUS
from patients.models import EpisodeOfCare, Patient

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "docs" / "problems.md"
DOCUMENTED = set(re.findall(r"^\| `([a-z-]+)` ", PAGE.read_text(encoding="utf-8"), re.M))
PATHS = {
    path: set(item) & {"get", "post", "patch", "delete"}
    for path, item in SchemaGenerator().get_schema(request=None, public=True)["paths"].items()
}
OPERATIONS = [(path, method) for path, methods in PATHS.items() for method in sorted(methods)]
NOBODY = "0196a000-0000-7000-8000-000000000000"


def filled(path: str) -> str:
    """An address of nobody's row."""
    return re.sub(r"\{\w+\}", NOBODY, path)


def assert_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == status
    assert body["type"].removeprefix(TYPES) in DOCUMENTED, body["type"]
    assert body["title"]
    assert body["detail"]
    assert answer["API-Version"] == "1"


@pytest.fixture
def staff(therapist: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(therapist)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_each_operation_refuses_in_problem_documents(
    path: str, method: str, client: Client, staff: Client, owner: User, client_of: Callable[[User], Client]
) -> None:
    url = filled(path)
    staff = client_of(owner) if "/webhooks/" in path else staff
    assert_problem(client.generic(method.upper(), url), 401)
    wrong = next(name for name in ("DELETE", "PUT") if name.lower() not in PATHS[path])
    assert_problem(staff.generic(wrong, url, headers={}), 405)
    assert_problem(staff.generic(method.upper(), url, headers={"Accept": "image/png"}), 406)
    if method != "get" and "{" not in path:
        may = 403 if path == "/api/v1/diary/" else 415
        assert_problem(staff.generic(method.upper(), url, b"<a/>", content_type="text/xml"), may)
        assert_problem(
            staff.generic(method.upper(), url, b"{", content_type="application/json"), may if may == 403 else 400
        )
    assert_problem(staff.generic(method.upper(), f"{url}?q=%00"), 400)
    assert_problem(staff.generic(method.upper(), f"{url}?q={'a' * 5000}"), 414)
    if "{id}" in path:
        body = b"{}" if method != "get" else b""
        assert staff.generic(method.upper(), url, body, content_type="application/json").status_code == 404


@pytest.mark.parametrize(
    "url", ["/api/", "/api/v1/none/", "/api/v2/patients/", "/api/v1/patients/x/y/", "/api/v1/rooms/x/y/"]
)
def test_an_unknown_address_is_a_problem_document(url: str, client: Client, staff: Client) -> None:
    assert_problem(client.get(url), 404)
    assert_problem(staff.get(url), 404)


def test_too_much_is_a_problem_document(staff: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert_problem(staff.post("/api/v1/patients/", {"city": "a" * 200}, content_type="application/json"), 413)


def test_a_crash_is_a_problem_document_without_a_trace(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("Rustpijn")

    monkeypatch.setattr("patients.api.search", crash)
    staff.raise_request_exception = False
    answer = staff.post("/api/v1/patients/search/", {"q": "an"}, content_type="application/json")
    assert_problem(answer, 500)
    assert b"Rustpijn" not in answer.content
    assert b"Traceback" not in answer.content


def test_versions_that_clash_are_problem_documents(patient: Patient, episode: EpisodeOfCare, staff: Client) -> None:
    url = f"/api/v1/patients/{patient.pk}/"
    staff.patch(url, {"city": "Geel"}, content_type="application/json")
    stale = {"content_type": "application/json", "headers": {"If-Match": '"1"'}}
    assert_problem(staff.patch(url, {"city": "Mol"}, **stale), 412)
    assert_problem(staff.patch(url, {"city": "Mol", "version": 1}, content_type="application/json"), 409)


def kinds(parent: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in parent.__subclasses__():
        if not kind.__module__.startswith("tests."):
            yield kind
        yield from kinds(kind)


def table() -> str:
    """The rows of the page about the refusals of domain functions, as the code says them."""
    rows = {
        short_name(kind): (kind.status, (kind.__doc__ or "").strip().splitlines()[0]) for kind in kinds(DomainError)
    }
    return "".join(f"| `{name}` | {status} | {when} |\n" for name, (status, when) in sorted(rows.items()))


def test_each_refusal_of_a_rule_is_on_the_page() -> None:
    names = [short_name(kind) for kind in kinds(DomainError)]
    assert len(names) > 40
    assert len(set(names)) == len(names)
    page = PAGE.read_text(encoding="utf-8")
    head = page[: page.rindex("| --- | --- | --- |\n") + len("| --- | --- | --- |\n")]
    if os.environ.get("UPDATE_PROBLEMS"):
        PAGE.write_text(head + table(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == head + table(), "UPDATE_PROBLEMS=1 writes the page anew"


def test_each_refusal_of_the_framework_is_on_the_page() -> None:
    codes = {kind.default_code for kind in exceptions.APIException.__subclasses__()}
    assert len(codes) > 7
    assert sorted({CODES.get(code, code).replace("_", "-") for code in codes} - DOCUMENTED) == []
    assert sorted({name for name, _detail in OF_STATUS.values()} - DOCUMENTED) == []
