"""Which column of a file means what: guessed from the headings, from a layout, or chosen by hand."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pghistory
import yaml
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locking import locked
from accounts.models import User
from patients.data_import.kinds import ImportKind, kind_of
from patients.exceptions import StepRefused
from patients.models import DataImport
from patients.search_text import fold
from patients.validation import refuse

Status = DataImport.Status
CHOOSABLE = (Status.DRAFT, Status.CHECKED, Status.FAILED)
_MARKS = re.compile(r"[^a-z0-9]+")
_READ = ("encoding", "delimiter")  # facts of the file, kept beside the options


@dataclass(frozen=True, slots=True)
class Preset:
    """A layout as data (`seeds/import/*.yaml`): for each column the headings that it may have, and options."""

    key: str
    name: str
    kind: str
    columns: Mapping[str, tuple[str, ...]]
    options: Mapping[str, str]


def normalised(heading: str) -> str:
    """Return a heading as it is compared: without accents, capitals, signs and spaces."""
    return _MARKS.sub("", fold(heading))


def guess_columns(kind: str, headings: Iterable[str]) -> dict[str, str]:
    """Return for each of our columns the heading that names it, in Dutch, French or English, where there is one."""
    known = kind_of(kind)
    words = {column.name: (column.name, *column.words.split()) for column in known.columns}
    return known.guessed(_matched(words, headings))


def preset_columns(preset: Preset, headings: Iterable[str]) -> dict[str, str]:
    """Return for each of our columns the heading that a layout gives it, as far as the file has it."""
    return _matched(preset.columns, headings)


def _matched(words: Mapping[str, Iterable[str]], headings: Iterable[str]) -> dict[str, str]:
    """Each heading goes to one column; the words of a column are tried in their order, exact ones only."""
    free = {normalised(heading): heading for heading in reversed(list(headings))}
    found: dict[str, str] = {}
    for name, each in words.items():
        for word in each:
            heading = free.pop(normalised(word), None)
            if heading is not None:
                found[name] = heading
                break
    return found


@cache
def presets() -> tuple[Preset, ...]:
    """Return the layouts of `seeds/import/`, by their key."""
    folder = settings.BASE_DIR / "seeds" / "import"
    read = [(path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.yaml"))]
    return tuple(_preset(key, content) for key, content in read)


def _preset(key: str, content: Any) -> Preset:
    columns = {name: (words,) if isinstance(words, str) else tuple(words) for name, words in content["columns"].items()}
    unknown = set(columns) - {column.name for column in kind_of(content["kind"]).columns}
    if unknown:
        raise LookupError(f"seeds/import/{key}.yaml: {', '.join(sorted(unknown))}")
    return Preset(key, content["name"], content["kind"], columns, content.get("options") or {})


def columns_for(kind: str, headings: list[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return columns and options for a new file: those of the last import with the same headings, else a guess."""
    last = DataImport.objects.filter(kind=kind, headings=headings, checked_at__isnull=False).first()
    if last is None:
        return guess_columns(kind, headings), {}
    return dict(last.columns), {name: value for name, value in last.options.items() if name not in _READ}


def set_columns(
    data_import: DataImport,
    columns: Mapping[str, str],
    options: Mapping[str, Any],
    *,
    by: User,
    now: datetime.datetime,
) -> DataImport:
    """Keep which column means what; what was checked before has to be checked again.

    Raises InvalidRecord that names each wrong column or option, StepRefused once the import runs or ran.
    """
    kind = kind_of(data_import.kind)
    chosen = {name: heading for name, heading in columns.items() if heading}
    _refuse_unknown(kind, data_import, chosen, options)
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row: DataImport = locked(DataImport.objects.all(), data_import.pk)
        if row.status not in CHOOSABLE or row.finished_at is not None or _has_made(row):
            raise StepRefused(_("This import ran already: its columns stay as they are."))
        facts = {name: row.options[name] for name in _READ if name in row.options}
        row.columns, row.options = chosen, {**{k: v for k, v in options.items() if v not in ("", None)}, **facts}
        row.status, row.failure, row.checked_at = Status.DRAFT, "", None
        row.save(update_fields=["columns", "options", "status", "failure", "checked_at"])
        return row


def _has_made(row: DataImport) -> bool:
    return bool(row.rows.filter(outcome__in=["made", "undone", "kept"]).exists())


def _refuse_unknown(
    kind: type[ImportKind], row: DataImport, columns: Mapping[str, str], options: Mapping[str, Any]
) -> None:
    known = {column.name for column in kind.columns}
    errors = {name: _("This column does not exist.") for name in columns if name not in known}
    errors |= {
        name: _("The file has no column “%(heading)s”.") % {"heading": heading}
        for name, heading in columns.items()
        if heading not in row.headings
    }
    choices = {option.name: {value for value, _label in option.choices} for option in kind.all_options()}
    for name, value in options.items():
        if name not in choices and name not in _READ:
            errors[name] = _("This option does not exist.")
        elif name in choices and value not in {*choices[name], "", None}:
            errors[name] = _("This choice does not exist.")
    errors |= {} if errors else dict.fromkeys(kind.missing_columns(set(columns)), _("Choose a column for this."))
    if errors:
        raise refuse(**errors)
