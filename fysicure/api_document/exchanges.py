"""The examples of the document: what is sent was written by a person, what is answered was recorded (tests/api)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

_HERE = Path(__file__).parent
RECORDED_IN = _HERE / "recorded.json"
RECORDED: dict[str, Any] = json.loads(RECORDED_IN.read_text(encoding="utf-8"))


def identifier(name: str) -> UUID:
    """Return the id that somebody or something has in the examples: shaped as ours (version 7), made from its name."""
    digest = hashlib.sha256(name.encode()).digest()
    moment, rest = bytes.fromhex("019aafd0c000"), int.from_bytes(digest[:10])
    tail = 0x7 << 76 | (rest >> 68 & 0xFFF) << 64 | 0b10 << 62 | rest & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=int.from_bytes(moment) << 80 | tail)


def _named(value: Any) -> Any:
    """The value with `<name>` replaced by the id of who is called so."""
    if isinstance(value, Mapping):
        return {key: _named(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_named(each) for each in value]
    if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
        return str(identifier(value[1:-1]))
    return value


@dataclass(frozen=True)
class Exchange:
    """One request and the status that follows. `who` is a role of the planted practice, `before` what was sent first.

    `before` names exchanges as `operation/name`, or `operation/name*18` for that many times; they belong to the story
    and not to the example.
    """

    name: str
    summary: str
    who: str
    status: int
    body: Any = None
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    recorded: Any = None

    @property
    def is_refused(self) -> bool:
        """Whether the answer is a problem document."""
        return self.status >= 400

    @property
    def is_sparse(self) -> bool:
        """Whether only some members were asked for, so that the answer lacks what its shape requires."""
        return "fields" in self.query


@dataclass(frozen=True)
class Described:
    """What people wrote of one operation: more words than its code has, its exchanges, and statuses it never gives."""

    description: str
    never: frozenset[int]
    exchanges: tuple[Exchange, ...]


def _before(given: list[str]) -> tuple[str, ...]:
    rows = (each.partition("*") for each in given)
    return tuple(name for name, _times, count in rows for _each in range(int(count or 1)))


def _exchange(operation: str, name: str, given: Mapping[str, Any], who: str) -> Exchange:
    values = {"who": who, **_named(given), "before": _before(given.get("before", ()))}
    return Exchange(name=name, recorded=RECORDED["exchanges"].get(f"{operation}/{name}"), **values)


def _described(operation: str, given: Mapping[str, Any]) -> Described:
    who = given.get("who", "therapist")
    rows = [_exchange(operation, name, each, who) for name, each in given["exchanges"].items()]
    return Described(given["description"].strip(), frozenset(given.get("never", ())), tuple(rows))


OPERATIONS: dict[str, Described] = {
    operation: _described(operation, given)
    for path in sorted((_HERE / "operations").glob("*.yaml"))
    for operation, given in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
