"""No change without the token of our own page, and no change by looking (ASVS 3.5.1, 3.5.3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import AccessLog, User
from tests.house.test_url_roles import is_library, patterns
from tests.security.addresses import addresses, ask, expected
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
SIGNED_IN = ("treating therapist", "owner", "receptionist", "patient")
# What looking may leave behind: who looked, who signed in, and pictures that are worked out again when they are stale.
LEFT_BY_LOOKING = {
    "accounts_accesslog", "accounts_securityevent", "accounts_cache", "django_session", "pathways_planstanding",
}  # fmt: skip


def strict_client(user: User) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", SIGNED_IN)
def test_a_change_without_the_token_is_refused(
    role: str, practice: Practice, picture: Callable[[], dict[str, Any]]
) -> None:
    user = practice.user(role)
    assert user is not None
    client, wrong, count = strict_client(user), [], 0
    before = picture()
    for address in addresses(practice, practice.record):
        for method in address.methods():
            if method == "GET" or expected(address, role, method) != "open":
                continue
            count += 1
            status = ask(client, address, method).status_code
            if status != 403:
                wrong.append(f"{method} {address.name}: {status}")
    assert count > 10
    assert not wrong, "\n".join(wrong)
    assert changed(before, picture()) == set()


def test_library_pages_ask_for_the_token_too(practice: Practice) -> None:
    client, wrong = strict_client(practice.owner), []
    for name, route, _view in patterns(get_resolver()):
        if is_library(name) and "<" not in route and "(?P" not in route and name not in {"?", "admin:?"}:
            status = client.post(reverse(name)).status_code
            if status != 403:
                wrong.append(f"{name}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.nightly
@pytest.mark.parametrize("role", SIGNED_IN)
def test_looking_changes_nothing(role: str, practice: Practice, picture: Callable[[], dict[str, Any]]) -> None:
    user = practice.user(role)
    assert user is not None
    client, looked = strict_client(user), AccessLog.objects.count()
    before = picture()
    for address in addresses(practice, practice.record):
        client.get(address.path)
        client.head(address.path)
    assert changed(before, picture()) <= LEFT_BY_LOOKING
    assert AccessLog.objects.count() > looked


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {table for table in after if after[table] != before.get(table)}
