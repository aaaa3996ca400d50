"""Each example of the document was really answered so: it is sent again to the practice that it was recorded in.

`UPDATE_SNAPSHOT=1` writes what is answered now, in fysicure/api_document/recorded.json; read the difference in review.
"""

import json
import os
from typing import Any

import pytest

from fysicure.api_document.components import REFUSALS
from fysicure.api_document.exchanges import OPERATIONS, RECORDED_IN
from tests.api.practice import Practice
from tests.api.provoke import refusals_of
from tests.api.replay import check_answer, faults, operations, replay

UPDATE = os.environ.get("UPDATE_SNAPSHOT") == "1"


@pytest.fixture
def known(openapi: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return operations(openapi)


def test_every_operation_has_words_and_examples(known: dict[str, Any], openapi: dict[str, Any]) -> None:
    assert set(OPERATIONS) == set(known), "fysicure/api_document/operations names other operations than the API has"
    tags = {each["name"] for each in openapi["tags"]}
    for name, (_method, _path, operation) in known.items():
        assert operation.get("summary"), name
        assert len(operation["description"]) > 60, name
        assert set(operation["tags"]) <= tags, name
        assert any(not each.is_refused for each in OPERATIONS[name].exchanges), name
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_answer_shows_an_example(known: dict[str, Any], openapi: dict[str, Any]) -> None:
    for name, (_method, _path, operation) in known.items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert content.get("examples"), name
        for status, response in operation["responses"].items():
            if "$ref" not in response:
                for content in response.get("content", {}).values():
                    assert content.get("examples"), (name, status)
    for name, response in openapi["components"]["responses"].items():
        assert all(content["examples"] for content in response["content"].values()), name


def test_every_example_is_what_its_schema_says(known: dict[str, Any], openapi: dict[str, Any]) -> None:
    wrong = {
        (name, where, example): found
        for name, (_method, _path, operation) in known.items()
        for where, holder in [("request", operation.get("requestBody", {})), *operation["responses"].items()]
        for content in holder.get("content", {}).values()
        for example, shown in content.get("examples", {}).items()
        if (found := faults(openapi, content["schema"], shown["value"]))
    }
    assert wrong == {}


def test_the_api_answers_each_example_as_it_is_recorded(
    practice: Practice, known: dict[str, Any], openapi: dict[str, Any], subtests: pytest.Subtests
) -> None:
    answered: dict[str, Any] = {}
    for name, described in OPERATIONS.items():
        for exchange in described.exchanges:
            with subtests.test(example=f"{name}/{exchange.name}"):
                response = replay(practice, known, name, exchange)
                assert response.status_code == exchange.status, response.content
                answered[f"{name}/{exchange.name}"] = shown = response.json() if response.content else None
                if not UPDATE:
                    assert shown == exchange.recorded
                    check_answer(openapi, known[name][2], response, is_sparse=exchange.is_sparse)
    if UPDATE:
        _record(practice, known, answered)


def _record(practice: Practice, known: dict[str, Any], answered: dict[str, Any]) -> None:
    general = refusals_of(practice, known, "patients_create") | refusals_of(practice, known, "patients_update")
    refusals = {str(status): general[status].json() for status in sorted(REFUSALS) if status in general}
    text = json.dumps({"exchanges": answered, "refusals": refusals}, ensure_ascii=False, indent=1)
    RECORDED_IN.write_text(text + "\n", encoding="utf-8")
