"""What a browser would send: the values of a form as a page shows them."""

from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    """Collects the forms of a page: action, and each field with its values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        if not self.forms:
            return
        fields, name = self.forms[-1][1], given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"submit", "button", "file"}:
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                fields.setdefault(name, []).append(given.get("value", "on" if is_box else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            fields.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            fields[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            fields = self.forms[-1][1]
            fields[self._textarea] = [fields[self._textarea][0].removeprefix("\n")]
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][1][self._textarea][0] += data


def filled_in(page: str, *, action: str = "", field: str = "version") -> dict[str, Any]:
    """Return the fields of the form that has `field` and sends to an address that ends on `action`."""
    parser = _Forms()
    parser.feed(page)
    for where, fields in parser.forms:
        if field in fields and where.endswith(action):
            fields.pop("csrfmiddlewaretoken", None)
            return fields
    raise AssertionError(f"no form with {field} in the page")
