"""Cells of files that a spreadsheet opens."""

# With the wide forms, which a spreadsheet in another language takes for the same signs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(cell: object) -> str:
    """Return a cell's text; one that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
