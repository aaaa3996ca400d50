"""Every address says who may open it: the resolver is walked, and one that is not in the table fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.policy import ACTIONS

# Addresses of libraries, with the gate that each brings itself.
LIBRARIES = ("admin:", "account_", "mfa_", "socialaccount_", "usersessions_")
PUBLIC = {"healthz", "schema", "docs"}


def patterns(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str, Any]]:
    """Yield for each address its name, its route and its view."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from patterns(entry, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or "?"]), prefix + str(entry.pattern), entry.callback


def is_library(name: str) -> bool:
    return name.startswith(LIBRARIES) or name in {"?", "admin:?"}


def actions_of(view: Any) -> set[str]:
    """Return the actions of the policy table that guard a view."""
    cls = getattr(view, "cls", None)
    if cls is None:
        action = getattr(view, "required_action", None)
        return {action} if action else set()
    by_method = getattr(cls, "required_actions", {})
    single = getattr(cls, "required_action", None)
    return {*by_method.values(), *([single] if single else [])}


OURS = [row for row in patterns(get_resolver()) if not is_library(row[0]) and row[0] not in PUBLIC]


def test_there_are_addresses() -> None:
    assert len(OURS) > 40


@pytest.mark.parametrize(("name", "route", "view"), OURS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_address_names_its_action(name: str, route: str, view: Any) -> None:
    if name.startswith("api-root") or name == "api-root":
        return
    named = actions_of(view)
    assert named, f"{route} names no action"
    assert named <= set(ACTIONS)
