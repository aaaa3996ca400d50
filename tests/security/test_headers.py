"""What every answer carries: all addresses of the project are walked, refusals, errors and files too."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from fysicure.headers import ALWAYS, PERMISSIONS
from tests.house.test_url_roles import patterns

SignIn = Callable[[User], Client]
SAMPLE = {
    "uuid": "0190a1b2-0000-7000-8000-000000000000",
    "int": "1",
    "slug": "x",
    "str": "x",
    "path": "x",
    "date": "2026-11-23",
}
CSP = {
    "default-src": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    "worker-src": "'self'",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "report-uri": "/csp-report/",
}


def example_of(route: str) -> str:
    """Return an address that fits a route."""
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLE.get(found[1] or "str", "x"), route)
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)|[\^$\\]|\(.*?\)\??", "", route).replace("/?", "/").replace("//", "/")


PATHS = sorted({example_of(route) for _name, route, _view in patterns(get_resolver())})
OTHERS = [
    "/static/fysicure/css/fysicure.css",
    "/static/nothing.css",
    "/nothing/",
    "/api/v1/nothing/",
    "/patients/?q=%00",
]


def policy_of(response: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def check(response: Any, path: str) -> None:
    for name, value in ALWAYS.items():
        assert response[name] == value, (path, name)
    policy = policy_of(response)
    assert {name: policy[name] for name in CSP} == CSP, path
    for name in ("script-src", "style-src"):
        assert re.fullmatch(r"'self'( 'nonce-[\w-]{20,}')?", policy[name]), (path, name)
    assert "unsafe" not in response["Content-Security-Policy"]
    for name in ("Access-Control-Allow-Origin", "X-Powered-By", "X-Django-Version"):
        assert name not in response
    assert response["X-Request-ID"]
    if path.startswith("/static/") and response.status_code == 200:
        assert "public" in response["Cache-Control"]
    else:
        assert response["Cache-Control"] == "private, no-store", path


@pytest.mark.parametrize("role", ["nobody", "owner", "patient_user"])
def test_every_answer_has_every_header(
    role: str, request: pytest.FixtureRequest, client_of: SignIn, patient: Any
) -> None:
    client = Client() if role == "nobody" else client_of(request.getfixturevalue(role))
    assert len(PATHS) > 120
    for path in [*PATHS, *OTHERS]:
        if "logout" in path:
            continue
        response = client.get(path)
        assert response.status_code < 500 or path.endswith("/readyz"), path
        check(response, path)


def test_a_crash_has_them_too(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fysicure.health._fault", lambda: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/healthz")
    assert response.status_code == 500
    check(response, "/healthz")
    assert b"Traceback" not in response.content
    assert b"ZeroDivisionError" not in response.content


def test_another_origin_gets_no_permission(client: Client, db: None) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method in (client.options, client.get):
        response = method("/api/v1/patients/", headers=asked)
        assert not [name for name in response.headers if name.lower().startswith("access-control-")]


def test_features_of_the_browser_are_off() -> None:
    off = dict(part.split("=") for part in PERMISSIONS.split(", "))
    assert {off[name] for name in ("camera", "microphone", "geolocation", "payment", "usb", "display-capture")} == {
        "()"
    }
    assert off["publickey-credentials-get"] == "(self)"


def test_cookies_are_only_for_us(client: Client, db: None, settings: Any) -> None:
    """The names with `__Host-` and Secure belong to a public host: tests/operations/test_nodes.py."""
    client.get("/account/login/")
    csrf = client.cookies["csrftoken"]
    assert (csrf["samesite"], csrf["path"], csrf["domain"]) == ("Lax", "/", "")
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert (settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_DOMAIN) == ("Lax", None)
    assert settings.MESSAGE_STORAGE.endswith("SessionStorage"), "messages name patients: not in a cookie"


def test_no_template_brings_anything_from_elsewhere() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    for path in [*(root / "templates").rglob("*.html"), *(root / "static").rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"(?:src|action)=[\"']https?://|<link[^>]+https?://|url\([\"']?https?://|@import\s+(?:url\()?[\"']?https?:",
            text,
        ), path
