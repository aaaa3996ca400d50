"""The texts of a page that somebody reads or hears, as far as they are in the page's own language."""

from html.parser import HTMLParser

READ_ATTRIBUTES = frozenset({"alt", "aria-description", "aria-label", "placeholder", "title"})
SILENT = frozenset({"script", "style", "textarea", "code", "svg", "template"})
EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr", "circle",
                   "line", "rect", "use"})  # fmt: skip


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_away = self.is_away or tag in SILENT or (tag != "html" and "lang" in given)
        is_away = is_away or given.get("translate") == "no"
        if not is_away:
            self.texts += [
                value for name, value in attrs if value and (name in READ_ATTRIBUTES or name.startswith("data-text"))
            ]
            if tag == "input" and given.get("type") in {"submit", "button"} and given.get("value"):
                self.texts.append(str(given["value"]))
        if tag not in EMPTY:
            self.open.append((tag, is_away))

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _away in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self.is_away and data.strip():
            self.texts.append(" ".join(data.split()))

    @property
    def is_away(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def texts_of(html: str) -> list[str]:
    """Return the texts and spoken attributes of a page, without what says that it is in another language."""
    reader = _Reader()
    reader.feed(html)
    return reader.texts
