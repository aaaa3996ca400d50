"""Addresses of pages about one row each, for texts that name many: asking Django's resolver takes as long as a row."""

from functools import cache
from uuid import UUID

from django.urls import reverse

_NOBODY = UUID(int=0)


def url_of(page: str, key: UUID) -> str:
    """Return the address of a page, by its name ("patients:chart"), about a row. Nothing in it needs escaping."""
    before, after = _around(page)
    return f"{before}{key}{after}"


@cache
def _around(page: str) -> tuple[str, str]:
    """What stands before and after the key."""
    before, after = reverse(page, args=[_NOBODY]).split(str(_NOBODY))
    return before, after
