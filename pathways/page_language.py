"""A pathway and what the engine says of it, in the language of the page. What is stored keeps its own words.

The engine and the database speak Dutch. Pages show a definition whose texts are those of the language of the page,
and read the engine's sentences back to say them in it.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pathways.definitions import definition_of
from pathways.engine.model import Definition
from pathways.engine.sentences import SENTENCES
from pathways.engine.words import Vocabulary
from pathways.models import PathwayVersion
from pathways.progress import PlanProgress
from patients.content_words import WRITTEN_IN, all_spoken, spoken

# Fields of a definition that people read; those with a list hold nothing else.
TEXTS = frozenset(
    {
        "accuracy", "action", "alarm_signs", "correction", "design", "equipment", "finding", "goal", "how", "intro",
        "label", "message", "name", "patient_text", "pointing", "positive_when", "progression", "question", "sets",
        "summary", "text", "texts", "title", "unit", "why",
    }
)  # fmt: skip
# A side of the body, by its letter in the record.
SIDE_WORDS = {"L": gettext_lazy("left"), "R": gettext_lazy("right")}
_NUMBER = re.compile(r"-?\d+,\d+")


def is_as_written() -> bool:
    """Whether the page is in the language in which the content is written."""
    return (get_language() or WRITTEN_IN)[:2] == WRITTEN_IN


def told(text: str) -> str:
    """Return a sentence of the engine, or any text of the content, in the language of the page."""
    if is_as_written() or not text:
        return text
    for sentence in SENTENCES:
        facts = sentence.read(text)
        if facts is not None:
            return spoken(sentence.text).format(**{name: _fact(value) for name, value in facts.items()})
    return spoken(text)


def _fact(value: str) -> str:
    """A fact of a sentence: a label, a number, yes or no, or several of them."""
    said = spoken(value)
    if said == value:
        said = ", ".join(spoken(part) for part in value.split(", "))
    mark = str(get_format("DECIMAL_SEPARATOR"))
    return said if mark == "," else _NUMBER.sub(lambda found: found[0].replace(",", mark), said)


def spoken_definition(version: PathwayVersion) -> Definition:
    """Return the rules of a version with its texts in the language of the page: to show, never to store."""
    definition = definition_of(version)
    return (
        definition
        if is_as_written()
        else _in_language(_Held(version.checksum, definition), get_language() or WRITTEN_IN)
    )


def spoken_progress(seen: PlanProgress) -> PlanProgress:
    """Return where a plan stands with its texts in the language of the page: to show, never to decide or store."""
    if is_as_written():
        return seen
    progress = replace(
        seen.progress,
        criteria=tuple(replace(each, why=told(each.why)) for each in seen.progress.criteria),
        why=tuple(told(why) for why in seen.progress.why),
    )
    return replace(seen, definition=spoken_definition(seen.plan.pathway_version), progress=progress)


def spoken_vocabulary(vocabulary: Vocabulary) -> Vocabulary:
    """Return a vocabulary that says rules in the language of the page."""
    if is_as_written():
        return vocabulary
    return replace(vocabulary, spoken=spoken, decimal_mark=str(get_format("DECIMAL_SEPARATOR")))


def number_words(value: float | Decimal) -> str:
    """Return a number as the language of the page writes it, without zeros that say nothing."""
    return f"{float(value):g}".replace(".", str(get_format("DECIMAL_SEPARATOR")))


def times_in_words(per_week: str) -> str:
    """Return how often something is prescribed: "3 times a week", or what a text such as "free" says."""
    return _("%(times)s times a week") % {"times": per_week} if per_week[:1].isdigit() else spoken(per_week)


class _Held:
    """A definition that compares by the checksum of its text."""

    def __init__(self, checksum: str, definition: Definition) -> None:
        self.checksum, self.definition = checksum, definition

    def __hash__(self) -> int:
        return hash(self.checksum)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.checksum == self.checksum


@lru_cache(maxsize=64)
def _in_language(held: _Held, _language: str) -> Definition:
    made: Definition = _said(held.definition, "")
    return made


def _said(value: Any, name: str) -> Any:
    """A part of a definition with its texts in the language of the page; what is no text stays the same."""
    if isinstance(value, str):
        return spoken(value) if name in TEXTS else value
    if is_dataclass(value) and not isinstance(value, type):
        kept = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        new = {key: _said(each, key) for key, each in kept.items()}
        changed = {key: each for key, each in new.items() if each is not kept[key]}
        return replace(value, **changed) if changed else value
    if isinstance(value, tuple):
        if name in TEXTS and all(isinstance(each, str) for each in value):
            return all_spoken(value)
        return tuple(_said(each, "" if isinstance(each, str) else name) for each in value)
    if isinstance(value, Mapping):
        return {key: _said(each, "" if isinstance(each, str) else name) for key, each in value.items()}
    return value
