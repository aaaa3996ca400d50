"""Every form that a page shows, filled in as a person would: what the attacks begin with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.security.addresses import addresses
from tests.security.practice import Practice

# What a person types in an empty field, by its kind.
TYPED = {
    "date": "2026-11-24", "time": "10:00", "datetime-local": "2026-11-23T09:00", "number": "1", "range": "1",
    "month": "2026-11", "week": "2026-W48", "email": "an.nieuw@mail.example", "tel": "+32470112233",
    "password": "zeven groene fietsen bij het kanaal",
}  # fmt: skip
NOT_TYPED = {"checkbox", "radio", "submit", "button", "image", "reset", "file"}
# Leaving, and what only somebody at the keys of a library's own page sends.
LEFT_ALONE = ("/account/logout/", "/i18n/")


@dataclass(frozen=True)
class Form:
    """One form: where it goes, what stands in its fields, and which of them take any text; `numbers` are those of
    them in which the page expects a number or keeps one of its own, and `names` all that it declares."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def shape(self) -> str:
        """The same for the same form of another row."""
        path = re.sub(r"[0-9a-f-]{36}|\d+", "*", self.action.partition("?")[0])
        return f"{self.method} {path} {','.join(sorted({_numberless(name) for name in self.values}))}"

    @property
    def kinds_of_text(self) -> list[str]:
        """The fields that take any text; of rows of the same fields one row's."""
        return list({_numberless(name): name for name in self.texts}.values())

    def filled(self, **more: Any) -> dict[str, Any]:
        """What a browser sends when the first button is pressed, with some fields given other values."""
        return {**self.values, **dict(self.buttons[:1]), **more}


def _numberless(name: str) -> str:
    return re.sub(r"\d+", "*", name)


class _Reader(HTMLParser):
    """Reads the forms of a page: fields inside a form, or tied to it by `form=`."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms, self.by_id = path, [], {}
        self._inside: dict[str, Any] | None = None
        self._into: dict[str, Any] | None = None
        self._open, self._text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self._form(given.get("id", ""))
            self._inside |= {"action": given.get("action") or self.path, "method": given.get("method", "get").lower()}
            return
        if tag == "option":
            self._option(given)
            return
        if tag not in {"input", "select", "textarea", "button"} or not given.get("name"):
            return
        into = self._form(given["form"]) if given.get("form") else self._inside
        if into is not None and "disabled" not in given:
            into["names"].add(given["name"])
            getattr(self, f"_{tag}")(into, given["name"], given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        if tag == "textarea" and self._into is not None:
            self._into["values"][self._open] = [self._text.removeprefix("\n") or "Woord"]
        if tag in {"select", "textarea"}:
            self._into, self._open, self._text = None, "", ""

    def handle_data(self, data: str) -> None:
        self._text += data if self._into is not None else ""

    def _form(self, key: str) -> dict[str, Any]:
        made = {
            "action": self.path,
            "method": "post",
            "values": {},
            "texts": [],
            "buttons": [],
            "numbers": set(),
            "names": set(),
        }
        found = self.by_id.setdefault(key, made) if key else made
        if found not in self.forms:
            self.forms.append(found)
        return found

    def _input(self, into: dict[str, Any], name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in {"checkbox", "radio"}:
            if "checked" in given or (kind == "radio" and name not in into["values"]):
                into["values"][name] = [value or "on"]
        elif kind in {"submit", "image"}:
            into["buttons"].append((name, value))
        elif kind not in NOT_TYPED and name != "csrfmiddlewaretoken":
            into["values"].setdefault(name, []).append(value or ("" if kind == "hidden" else TYPED.get(kind, "Woord")))
            into["texts"].append(name)
            if kind in {"hidden", "number"} or given.get("inputmode") in {"numeric", "decimal"}:
                into["numbers"].add(name)

    def _button(self, into: dict[str, Any], name: str, given: dict[str, str]) -> None:
        into["buttons"].append((name, given.get("value", "")))

    def _select(self, into: dict[str, Any], name: str, given: dict[str, str]) -> None:
        self._into, self._open = into, name

    def _textarea(self, into: dict[str, Any], name: str, given: dict[str, str]) -> None:
        self._into, self._open, self._text = into, name, ""
        into["texts"].append(name)

    def _option(self, given: dict[str, str]) -> None:
        if self._into is None or "value" not in given:
            return
        values = self._into["values"]
        if "selected" in given or (given["value"] and not any(values.get(self._open, []))):
            values[self._open] = [given["value"]]


def forms_in(page: str, path: str) -> list[Form]:
    """Return the forms of a page that was opened at `path`."""
    reader = _Reader(path)
    reader.feed(page)
    return [
        Form(
            each["action"],
            each["method"],
            each["values"],
            tuple(dict.fromkeys(each["texts"])),
            tuple(each["buttons"]),
            frozenset(each["numbers"]),
            frozenset(each["names"]),
        )
        for each in reader.forms
    ]


def every_form(client: Client, practice: Practice, known: set[str] | None = None) -> Iterator[Form]:
    """Yield each form, once by shape, on the pages of the planted practice that a client may open.

    `known` holds the shapes that were met before (by another user), and takes in those that are met now.
    """
    known = set() if known is None else known
    for address in addresses(practice, practice.record):
        if address.is_api:
            continue
        page = client.get(address.path)
        if page.status_code != 200 or "html" not in page.get("Content-Type", ""):
            continue
        for form in forms_in(page.content.decode(), address.path):
            action = form.action if form.action.startswith("/") else address.path
            if form.shape not in known and not action.startswith(LEFT_ALONE):
                known.add(form.shape)
                yield replace(form, action=action)
