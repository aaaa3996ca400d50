"""The document that the server gives is the one in docs/openapi.yaml, so that each change of it is read in review.

`UPDATE_SNAPSHOT=1` writes the file.
"""

import os
from typing import Any

import yaml
from django.test import Client
from openapi_python_client.schema import OpenAPI

from fysicure.api_document.snapshot import KEPT_IN, as_yaml


def test_the_document_is_the_one_in_docs(openapi: dict[str, Any]) -> None:
    text = as_yaml(openapi)
    if os.environ.get("UPDATE_SNAPSHOT") == "1":
        KEPT_IN.write_text(text, encoding="utf-8")
    assert KEPT_IN.read_text(encoding="utf-8") == text


def test_the_server_gives_it_in_english_whoever_asks(db: None) -> None:
    for language in ("nl", "en"):
        answer = Client().get("/api/schema/", headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert answer.content.decode() == KEPT_IN.read_text(encoding="utf-8")
    as_json = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert as_json == yaml.safe_load(KEPT_IN.read_text(encoding="utf-8"))


def test_it_is_openapi_3_1(openapi: dict[str, Any]) -> None:
    assert openapi["openapi"] == "3.1.0"
    OpenAPI.model_validate(openapi)
