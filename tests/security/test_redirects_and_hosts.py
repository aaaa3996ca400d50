"""Nobody is led away from the site, and no mail links to a host that a visitor made up (ASVS 3.7.2, 4.1.3, 6.2.x)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from patients.models import Patient
from tests.house.test_url_roles import is_library, patterns
from tests.security.addresses import addresses
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ROOT = Path(__file__).resolve().parent.parent.parent
ELSEWHERE = [
    "//evil.example", "///evil.example", "https:evil.example", "https:/evil.example", "/\\evil.example",
    "\\\\evil.example", "/\t/evil.example", "/%09/evil.example", "/%5cevil.example", "//evil.example%2f..",
    "http://testserver@evil.example/", "https://evil.example#testserver", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)", "data:text/html,x", "https://testserver.evil.example", "//evil%E3%80%82example",
    "/\r\nLocation: https://evil.example", "////evil.example/%2e%2e", "https://evil.example/?testserver",
    ".evil.example", "@evil.example", "testserver.evil.example", "²", "account_login",
]  # fmt: skip
HOSTS = [
    "evil.example",
    "testserver@evil.example",
    "testserver.evil.example",
    "testserver:evil",
    "localhost\\@evil.example",
]


def names_of_ways() -> set[str]:
    """The parameters that say where to go: by the code, by the templates, and what libraries use."""
    rooms = ("accounts", "patients", "scheduling", "pathways", "fysicure")
    code = [path.read_text("utf-8") for room in rooms for path in (ROOT / room).rglob("*.py")]
    code += [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")]
    found = set(re.findall(r"""["'?&](\w*(?:next|back|return|redirect|url|goto|continue)\w*)["'=]""", "\n".join(code)))
    return {name for name in found if len(name) < 20} | {"next", "back", "redirect_to", "return_to", "url", "to"}


def leads_away(response: Any, path: str) -> bool:
    """Whether a browser that follows this answer leaves the site."""
    where = response.get("Location", "")
    if not where and "HX-Redirect" not in response:
        return False
    where = where or response["HX-Redirect"]
    seen = urlsplit(urljoin(f"http://testserver{path}", re.sub(r"[\t\r\n]", "", where.strip()).replace("\\", "/")))
    return seen.netloc not in {"testserver", ""} or seen.scheme not in {"http", "https"}


@pytest.mark.nightly
@pytest.mark.parametrize("role", ["owner", "patient", "nobody"])
def test_no_parameter_leads_away(
    role: str, practice: Practice, client_of: SignIn, rolled_back: Callable[[Callable[[], Any]], Any]
) -> None:
    user, names, wrong = practice.user(role), sorted(names_of_ways()), []
    client = client_of(user) if user else Client()
    client.raise_request_exception = False
    paths = [each.path for each in addresses(practice, practice.record) if not each.is_api]
    paths += [
        reverse(name)
        for name, route, _view in patterns(get_resolver())
        if is_library(name)
        and "<" not in route
        and "(?P" not in route
        and name not in {"?", "admin:?", "account_logout"}
    ]
    for number, path in enumerate(paths):
        where = ELSEWHERE[number % len(ELSEWHERE)]
        values = dict.fromkeys(names, where)
        answers = [client.get(path, values), rolled_back(lambda p=path, v=values: client.post(p, v))]
        wrong += [f"{path} {where!r}: {each.get('Location')}" for each in answers if leads_away(each, path)]
    assert len(paths) > 100
    assert not wrong, "\n".join(wrong)


@pytest.mark.nightly
def test_what_takes_a_way_back_takes_none_away(
    practice: Practice, client_of: SignIn, rolled_back: Callable[[Callable[[], Any]], Any]
) -> None:
    """Each place that reads one, with each form of another site."""
    record = practice.record
    client, mine = client_of(practice.receptionist), client_of(practice.treating.user)
    tries = [
        (client, reverse("scheduling:mark", args=[record.visit.pk]), {"status": "arrived", "version": "1"}),
        (client, reverse("scheduling:cancel", args=[record.visit.pk]), {"reason": "patient", "version": "1"}),
        (client, reverse("scheduling:settle-message", args=[record.message.pk]), {}),
        (client, reverse("scheduling:resend-message", args=[record.message.pk]), {}),
        (mine, reverse("pathways:complete-task", args=[record.task.pk]), {"outcome": "done"}),
        (mine, reverse("pathways:request-prescription", args=[record.episode.pk]), {"sessions": "9"}),
        (
            client_of(practice.colleague.user),
            reverse("patients:give-reason", args=[record.patient.pk]),
            {"code": "cover"},
        ),
        (Client(), "/account/login/", {"login": record.user.email, "password": "x"}),
        (Client(), "/account/code/", {"email": record.user.email}),
    ]
    for browser, path, values in tries:
        browser.raise_request_exception = False
        for where in ELSEWHERE:
            given = {**values, "next": where, "back": where}
            answer = rolled_back(lambda b=browser, p=path, v=given: b.post(p, v))
            assert answer.status_code < 500, (path, where, answer.status_code)
            assert not leads_away(answer, path), answer["Location"]


def test_a_made_up_host_stands_in_no_mail(practice: Practice, client_of: SignIn, settings: Any) -> None:
    settings.PUBLIC_URL = "https://fysicure.example"
    Patient.objects.filter(pk=practice.record.patient.pk).update(user=None, email="new@mail.example")
    desk, invite = client_of(practice.receptionist), reverse("patients:invite", args=[practice.record.patient.pk])
    ways = [{name: host} for host in HOSTS for name in ("Host", "X-Forwarded-Host", "X-Host", "Forwarded")]
    for headers in [*ways, {"X-Original-URL": "/admin/"}, {"X-Rewrite-URL": "/admin/"}]:
        for client, path, values in (
            (Client(), "/account/code/", {"email": practice.other.user.email}),
            (Client(), "/account/password/reset/", {"email": practice.receptionist.email}),
            (desk, invite, {}),
        ):
            answer = client.post(path, values, headers=headers)
            assert answer.status_code < 500
            assert "evil" not in answer.get("Location", "")
            assert "evil" not in answer.content.decode()
    assert len(mail.outbox) > 3
    text = "\n".join(f"{each.subject} {each.body}" for each in mail.outbox)
    assert "evil" not in text
    links = re.findall(r"https?://[^\s>\"]+", text)
    assert links
    assert [link for link in links if not link.startswith("https://fysicure.example/")] == []
