"""What kinds of problem documents there are (RFC 9457): each has a type, an address that never changes.

docs/problems.md says what each means and what a program can do about it.
"""

import re

from accounts.exceptions import DomainError

TYPES = "/api/problems/"


def problem_type(name: str) -> str:
    """Return the type of a problem from its short name, such as "edit-conflict"."""
    return TYPES + name


def type_of(error: DomainError) -> str:
    """Return the type of a refusal: the words of its class. A renamed class is a breaking change of the API."""
    return problem_type(short_name(type(error)))


def short_name(kind: type[DomainError]) -> str:
    """Return the short name of a kind of refusal: EditConflict is "edit-conflict", NotATable "not-a-table"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", kind.__name__).lower()
