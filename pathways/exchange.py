"""A pathway as a file: written out to share it with another practice, read in as a draft."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.engine.checks import Fault, validate_document
from pathways.engine.content import read_yaml
from pathways.models import Pathway, PathwayVersion
from pathways.version_texts import stored_tables
from pathways.versions import save_draft, start_draft

LONGEST = 1_000_000
MOST_VALUES = 400_000  # with their names
LARGEST = 10**12  # of any number in a pathway
WIDTH = 120
# The database keeps no order of names: a file begins with what a reader looks for, and ends with what it rests on.
FIRST = (
    "key", "exercise", "class", "order", "title", "label", "version", "status", "summary", "condition", "courses",
    "questionnaire", "derived", "classification", "lights", "running", "phases", "review", "visits", "goals", "cases",
    "minimum_age", "criteria", "contra", "red_flags", "classes", "weeks", "goal", "load", "exit", "exercises",
    "education", "first_step", "steps", "measure", "diary", "runs", "state", "week", "text", "sets", "per_week",
)  # fmt: skip
LAST = ("reference", "practice_choice")


@dataclass(frozen=True)
class FileFault:
    """What is wrong with a file: where in the text, on which line (None when no line can be named), and why."""

    path: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.path}: {self.reason}."
        return _("Line %(line)s, %(path)s: %(reason)s.") % {
            "line": self.line,
            "path": self.path,
            "reason": self.reason,
        }


class ImportRefused(InvalidInput):
    """A file that cannot become a draft; `faults` holds each of its faults."""

    status = 422

    def __init__(self, faults: list[FileFault]) -> None:
        number = len(faults)
        sentence = ngettext(
            "The file has %(number)d fault: nothing was imported.",
            "The file has %(number)d faults: nothing was imported.",
            number,
        )
        super().__init__(sentence % {"number": number}, errors={"text": [str(fault) for fault in faults]})
        self.faults = tuple(faults)


def export_version(version: PathwayVersion) -> str:
    """Return a version as YAML, as the files in `seeds/pathways` are written. A text that is not published says so."""
    document = _in_order({**version.document, "version": version.number})
    if version.status in {PathwayVersion.Status.DRAFT, PathwayVersion.Status.REVIEWED}:
        document = _in_order({**document, "status": "draft"})
    head = f"# {version.pathway_id}, version {version.number}"
    if version.published_at:
        head += f", published {timezone.localtime(version.published_at):%Y-%m-%d}"
    body = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_flow_style=None, width=WIDTH)
    return f"{head}\n{body}"


def _in_order(node: Any) -> Any:
    """The same document with its names in the order of reading; rows stay in theirs."""
    if isinstance(node, Mapping):
        return {name: _in_order(node[name]) for name in sorted(node, key=_rank)}
    return [_in_order(row) for row in node] if isinstance(node, list) else node


def _rank(name: str) -> int:
    if name in FIRST:
        return FIRST.index(name)
    return len(FIRST) + (1 + LAST.index(name) if name in LAST else 0)


@transaction.atomic
def import_draft(text: str, *, note: str = "", by: User, now: datetime.datetime) -> PathwayVersion:
    """Make a draft of a file: of the pathway that it names, or of a new pathway.

    Raises ImportRefused with every fault, held against the measures, exercises and publications of this practice, and
    VersionRefused when the pathway already has a draft.
    """
    document = read_document(text)
    pathway, _made = Pathway.objects.get_or_create(slug=document["key"], defaults={"title": document["title"][:160]})
    published = PathwayVersion.objects.filter(pathway=pathway).published().first()
    draft = start_draft(pathway, based_on=published, by=by, now=now)
    return save_draft(draft, document, revision=draft.revision, note=note, by=by, now=now)


def read_document(text: str) -> Mapping[str, Any]:
    """Return the document that a file holds. Raises ImportRefused with every fault. Three queries."""
    document = _parsed(text)
    known = stored_tables()
    faults = validate_document(
        document, measures=known.measures, references=known.references, exercises=known.exercises
    )
    if faults:
        lines = _Lines(text)
        raise ImportRefused([_file_fault(fault, lines) for fault in faults])
    return document


def _parsed(text: str) -> Mapping[str, Any]:
    if not text.strip():
        raise ImportRefused([FileFault(_("the file"), _("there is nothing in it"))])
    if len(text) > LONGEST:
        raise ImportRefused([FileFault(_("the file"), _("it is too long"))])
    try:
        document = read_yaml(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise ImportRefused(
            [FileFault("YAML", str(error.problem or error.context), mark.line + 1 if mark else None)]
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ImportRefused([FileFault("YAML", " ".join(str(error).split())[:200])]) from error
    if not isinstance(document, Mapping):
        raise ImportRefused([FileFault(_("the file"), _("it must hold names with values, as key: value"))])
    if _is_endless(document):
        raise ImportRefused([FileFault(_("the file"), _("it is too long"))])
    return document


def _is_endless(document: Any) -> bool:
    """Whether a short text becomes longer than any pathway: naming itself over and over (*name), or as a number.

    Infinity and what is no number (.inf, .nan) have no end either, and the database takes neither.
    """
    waiting, seen = [document], 0
    while waiting and seen <= MOST_VALUES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, Mapping):
            waiting += [*node, *node.values()]
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, int | float) and not abs(node) < LARGEST:
            return True
    return seen > MOST_VALUES


def _file_fault(fault: Fault, lines: "_Lines") -> FileFault:
    return FileFault(fault.path, fault.reason.rstrip("."), lines.of(fault.path))


class _Lines:
    """On which line of a YAML text a path such as `phases[2].exit[0].measure` stands."""

    def __init__(self, text: str) -> None:
        self.root = yaml.compose(text, Loader=yaml.SafeLoader)

    def of(self, path: str) -> int | None:
        """The line (first is 1) of the deepest part of the path that the text has; None when it has no part of it."""
        node, line = self.root, None
        for step in path.replace("[", ".[").split("."):
            found = self._inside(node, step)
            if found is None:
                break
            node, line = found
        return line

    def _inside(self, node: Any, step: str) -> tuple[Any, int] | None:
        if isinstance(node, yaml.SequenceNode) and step.startswith("["):
            index = int(step.strip("[]"))
            row = node.value[index] if index < len(node.value) else None
            return (row, row.start_mark.line + 1) if row is not None else None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    return value, key.start_mark.line + 1
        return None
