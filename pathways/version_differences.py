"""What differs between two versions of a pathway, in the words and the order in which a version is read."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathways.models import PathwayVersion
from pathways.version_labels import label_of
from pathways.version_outline import Item, Section, outline, tables_outline

WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Some words of a text; `is_other` when the other text does not have them there."""

    text: str
    is_other: bool


@dataclass(frozen=True)
class FieldChange:
    """One field that says something else. Old and new are empty for a field that one of the texts does not have."""

    label: str
    old: str
    new: str
    old_pieces: tuple[Piece, ...]
    new_pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ItemChange:
    """A rule, threshold or exercise that was added, removed, changed or moved, with its fields."""

    kind: str
    title: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class SectionChange:
    """A section with differences. `kind` is "added" or "removed" for a whole section such as a phase."""

    key: str
    title: str
    kind: str
    items: tuple[ItemChange, ...]


def differences(old: PathwayVersion, new: PathwayVersion) -> tuple[SectionChange, ...]:
    """Return what changed from one version to another: sections in reading order, only those with a change.

    Besides the text itself this holds the measures, exercises and publications that both texts name. No query.
    """
    old_tables, new_tables = tables_outline(old), tables_outline(new)
    before = {section.key: section for section in (*outline(old), *_shared(old_tables, new_tables))}
    after = {section.key: section for section in (*outline(new), *_shared(new_tables, old_tables))}
    keys = [*after, *(key for key in before if key not in after)]
    found = [_section(before.get(key), after.get(key)) for key in keys]
    moved = _order([key for key in before if key in after], [key for key in after if key in before])
    if moved:
        labels = " → ".join(after[key].title for key in after if after[key].group)
        found.append(SectionChange("order", _("Order of the phases"), "changed", (ItemChange("moved", labels, ()),)))
    return tuple(change for change in found if change is not None)


def counts_of(changes: Sequence[SectionChange]) -> Mapping[str, int]:
    """Return how many items were added, removed and changed."""
    kinds = [item.kind for section in changes for item in section.items]
    return {kind: kinds.count(kind) for kind in ("added", "removed", "changed", "moved")}


def _shared(tables: Sequence[Section], others: Sequence[Section]) -> list[Section]:
    """The rows that both texts name: a row that one of them does not name shows where the text names it."""
    known = {section.key: {item.key for item in section.items} for section in others}
    return [
        Section(section.key, section.title, tuple(item for item in section.items if item.key in known[section.key]))
        for section in tables
    ]


def _section(old: Section | None, new: Section | None) -> SectionChange | None:
    if old is None and new is not None:
        items = [_whole("added", item) for item in new.items]
        return SectionChange(new.key, new.title, "added", tuple(items)) if items else None
    if new is None and old is not None:
        items = [_whole("removed", item) for item in old.items]
        return SectionChange(old.key, old.title, "removed", tuple(items)) if items else None
    if old is None or new is None:
        return None
    items = _items(old, new)
    if old.title != new.title:
        items.insert(0, ItemChange("changed", label_of("title"), (_field(label_of("title"), old.title, new.title),)))
    return SectionChange(new.key, new.title, "changed", tuple(items)) if items else None


def _items(old: Section, new: Section) -> list[ItemChange]:
    before = {item.key: item for item in old.items}
    after = {item.key: item for item in new.items}
    found = [
        change
        for key, item in after.items()
        if (change := _changed(before[key], item) if key in before else _whole("added", item))
    ]
    found += [_whole("removed", item) for key, item in before.items() if key not in after]
    if _order([key for key in before if key in after], [key for key in after if key in before]):
        titles = _field(_("Order"), *(" → ".join(item.title for item in rows.items) for rows in (old, new)))
        found.append(ItemChange("moved", _("Other order"), (titles,)))
    return found


def _order(before: list[str], after: list[str]) -> bool:
    return before != after


def _whole(kind: str, item: Item) -> ItemChange:
    """An item that only one of the texts has. Of a worked case the title is enough."""
    sides = [] if item.is_case else [(field.label, field.text) for field in item.fields]
    fields = [_field(label, "", text) if kind == "added" else _field(label, text, "") for label, text in sides]
    return ItemChange(kind, item.title, tuple(fields))


def _changed(old: Item, new: Item) -> ItemChange | None:
    before = {field.name: field for field in old.fields}
    after = {field.name: field for field in new.fields}
    fields = [_field(new.title_label, old.title, new.title)] if old.title != new.title else []
    for name in [*after, *(name for name in before if name not in after)]:
        texts = [rows[name].text if name in rows else "" for rows in (before, after)]
        if texts[0] != texts[1]:
            fields.append(_field((after.get(name) or before[name]).label, *texts))
    return ItemChange("changed", new.title, tuple(fields)) if fields else None


def _field(label: str, old: str, new: str) -> FieldChange:
    return FieldChange(label, old, new, *word_pieces(old, new))


def word_pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces: the words that they share and the words that only one of them has.

    A text that stands alone has no marks.
    """
    if not old or not new:
        return ((Piece(old, False),) if old else (), (Piece(new, False),) if new else ())
    first, second = WORD.findall(old), WORD.findall(new)
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, a_from, a_to, b_from, b_to in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        for side, words in ((0, first[a_from:a_to]), (1, second[b_from:b_to])):
            if words:
                sides[side].append(Piece("".join(words), kind != "equal"))
    return tuple(sides[0]), tuple(sides[1])
