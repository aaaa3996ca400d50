"""A form that comes back says what is wrong where one hears it: a summary takes the focus, each field has its own."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.security.conftest import planted, practice, rolled_back
from tests.security.forms import Form, every_form
from tests.security.practice import Practice

__all__ = ["planted", "practice", "rolled_back"]
pytestmark = pytest.mark.django_db


class _Page(HTMLParser):
    """Reads what a page says of mistakes."""

    def __init__(self) -> None:
        super().__init__()
        self.tied: dict[str, set[str]] = {}
        self.described: set[str] = set()
        self.grouped: set[str] = set()
        self.errors: list[str] = []
        self.links: list[str] = []
        self.invalid: list[dict[str, str]] = []
        self.takes_focus = False
        self._groups: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        around = [given, *self._groups]
        for error in " ".join(each.get("aria-describedby", "") for each in around).split():
            self.tied.setdefault(error, set()).add(given.get("id", ""))
        self.described |= set(given.get("aria-describedby", "").split())
        if "field-errors" in given.get("class", "").split():
            self.errors.append(given.get("id", ""))
        if given.get("href", "").startswith("#"):
            self.links.append(given["href"][1:])
        is_control = tag in {"input", "select", "textarea"}
        if "data-focus" in given and (is_control or given.get("tabindex") == "-1"):
            self.takes_focus = True
            self.links.append(given.get("id", ""))
        group = next((each for each in reversed(self._groups) if each.get("aria-describedby")), {})
        if given.get("aria-invalid") == "true":
            self.invalid.append({"by": given.get("aria-describedby") or group.get("aria-describedby", ""), **given})
        if tag == "fieldset":
            self.grouped |= set(given.get("aria-describedby", "").split())
            self._groups.append(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset" and self._groups:
            self._groups.pop()

    def faults(self) -> Iterator[str]:
        """Yield what somebody who cannot see the page would miss."""
        if not self.takes_focus:
            yield "nothing takes the focus"
        for each in self.errors:
            if each not in self.described:
                yield f"an error that no field is tied to: {each or 'without id'}"
            if not any(link in self.tied.get(each, ()) for link in self.links):
                yield f"no link from the summary to the field of {each}"
        # A row of buttons is a group that has the error; nothing was filled in that could be wrong.
        if set(self.errors) - self.grouped and not self.invalid:
            yield "no field is marked as invalid"
        for given in self.invalid:
            if not set(given["by"].split()) & set(self.errors):
                yield f"{given.get('name')} is invalid and names no error"


def emptied(form: Form) -> dict[str, Any]:
    """What a browser sends when nothing was typed: hidden values and buttons stay."""
    kept = {name: values for name, values in form.values.items() if name not in form.texts or name in form.numbers}
    return {**kept, **dict.fromkeys(set(form.texts) - set(kept), ""), **dict(form.buttons[:1])}


@pytest.mark.parametrize("role", ["patient", "receptionist", "treating therapist", "owner"])
def test_each_refused_form_says_it_at_the_field(
    role: str,
    practice: Practice,
    client_of: Callable[[User], Client],
    rolled_back: Callable[[Callable[[], object]], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = practice.user(role)
    assert user is not None
    client, wrong, count = client_of(user), [], 0
    client.raise_request_exception = False
    for form in [each for each in every_form(client, practice) if each.method == "post"]:
        for typed in (emptied(form), dict.fromkeys(form.names, "")):
            answer = rolled_back(lambda form=form, typed=typed: client.post(form.action, typed))
            page = answer.content.decode() if "html" in answer.get("Content-Type", "") else ""
            if answer.status_code not in {200, 400, 409, 422} or "field-errors" not in page:
                continue
            count += 1
            reader = _Page()
            reader.feed(page)
            wrong += [f"{form.action}: {each}" for each in reader.faults()]
            break
    assert count > 2
    assert not wrong, "\n".join(dict.fromkeys(wrong))
