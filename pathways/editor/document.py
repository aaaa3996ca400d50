"""What every edit of a document is made of: a value put in its place, rows in their order, what a rule rests on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Document = Mapping[str, Any]
Way = Sequence[str | int]


def replaced(document: Any, way: Way, value: Any) -> Any:
    """Return the document with another value at the end of a way like ("phases", 2, "goal"); it stays itself."""
    if not way:
        return value
    first, rest = way[0], way[1:]
    if isinstance(first, int):
        rows = list(document)
        rows[first] = replaced(rows[first], rest, value)
        return rows
    inner = document.get(first) if isinstance(document, Mapping) else None
    return {**document, first: replaced(inner if inner is not None else {}, rest, value)}


def without(row: Row, *names: str) -> dict[str, Any]:
    """Return a row without some of its names."""
    return {name: value for name, value in row.items() if name not in names}


def filled(row: Row) -> dict[str, Any]:
    """Return a row without the names whose value is empty: no text, no number, no rows, false."""
    return {name: value for name, value in row.items() if value not in (None, "", False) and value != []}


def references_of(row: Row) -> list[str]:
    """Return the publications that a rule names, whether it names one or more."""
    given = row.get("reference", [])
    return [given] if isinstance(given, str) else list(given)


def with_source(row: Row, references: Sequence[str], practice_choice: bool) -> dict[str, Any]:
    """Return a rule that rests on these publications, on the practice's own choice, or on both.

    Publications that the rule named before keep their order, so that the same choice is the same text.
    """
    before = references_of(row)
    named = [*(key for key in before if key in references), *(key for key in references if key not in before)]
    bare = without(row, "reference", "practice_choice")
    if named:
        bare["reference"] = named[0] if len(named) == 1 else named
    if practice_choice:
        bare["practice_choice"] = True
    return bare


def moved(rows: Sequence[Any], index: int, by: int) -> list[Any]:
    """Return rows with one of them a place up (-1) or down (+1); the first stays first and the last stays last."""
    found = list(rows)
    target = index + by
    if 0 <= index < len(found) and 0 <= target < len(found):
        found[index], found[target] = found[target], found[index]
    return found


def dropped(rows: Sequence[Any], index: int) -> list[Any]:
    """Return rows without one of them."""
    return [row for number, row in enumerate(rows) if number != index]


def key_for(stem: str, taken: Iterable[str]) -> str:
    """Return a key that no other row has: the stem, or the stem with the first free number."""
    used = set(taken)
    if stem not in used:
        return stem
    return next(f"{stem}_{number}" for number in range(2, len(used) + 3) if f"{stem}_{number}" not in used)


def merged_rows(rows: Iterable[Row], stored: Iterable[Row], stem: str) -> list[dict[str, Any]]:
    """Lay typed rows over the stored ones of the same key, so that what no form shows is kept; new rows get a key.

    Each typed row carries `references` and `practice_choice`, which become what the rule rests on.
    """
    before = {row["key"]: row for row in stored}
    taken = {row["key"] for row in rows if row.get("key")} if isinstance(rows, Sequence) else set(before)
    found = []
    for row in rows:
        key = row.get("key") or key_for(stem, taken | set(before))
        taken.add(key)
        texts = without(row, "key", "references", "practice_choice")
        old = without(before.get(key, {}), *texts)
        found.append(with_source({"key": key, **old, **filled(texts)}, row["references"], row["practice_choice"]))
    return found
