"""What the pages of an import show of it: its place among the steps, its counts in words, what may be done now."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fysicure.templatetags.fysicure import local_day
from patients.data_import.clearing import KEPT_FOR
from patients.data_import.steps import may_be_asked
from patients.models import DataImport

Status = DataImport.Status
BUSY = frozenset({Status.CHECKING, Status.RUNNING, Status.UNDOING})
ICONS = {"patients": "users", "appointments": "calendar-days"}
_TONES = {
    Status.DRAFT: ("neutral", "pencil-line"),
    Status.CHECKED: ("petrol", "scan-search"),
    Status.DONE: ("green", "circle-check"),
    Status.UNDONE: ("neutral", "undo-2"),
    Status.FAILED: ("red", "octagon-alert"),
}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One import in the list."""

    url: str
    file_name: str
    kind: str
    icon: str
    status: str
    tone: str
    status_icon: str
    counts: str
    who: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Stat:
    """One big figure."""

    label: str
    value: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One import as its page shows it."""

    pk: UUID
    url: str
    file_name: str
    title: str
    subtitle: str
    icon: str
    steps: tuple[dict[str, str], ...]
    rows_total: int
    rows_done: int
    is_busy: bool
    busy_sentence: str
    failure: str
    may_continue: bool
    stats: tuple[Stat, ...]
    sentence: str
    run_label: str
    made_url: str
    made_label: str
    has_refused: bool
    may_choose: bool
    may_undo: bool
    is_over: bool
    is_cleared: bool
    cleared_at: datetime.datetime | None
    may_clear: bool
    kept_sentence: str
    clear_sentence: str

    @property
    def percent(self) -> int:
        """How much of the present step is done, 0 to 100."""
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0


def count_of(data_import: DataImport, *outcomes: str) -> int:
    """Return how many rows ended in one of these outcomes."""
    return sum(int(data_import.counts.get(outcome, 0)) for outcome in outcomes)


def number(value: int) -> str:
    """Return a count as people write it: 12.345."""
    return str(number_format(value, force_grouping=True))


def kind_label(kind: str) -> str:
    """Return what an import of this kind brings, with a capital."""
    label = str(DataImport.Kind(kind).label)
    return label[:1].upper() + label[1:]


def of_kind(kind: str, count: int) -> str:
    """Return a count with what is counted: "1 patient", "1.204 appointments"."""
    if kind == DataImport.Kind.PATIENTS:
        text = ngettext("%(shown)s patient", "%(shown)s patients", count)
    else:
        text = ngettext("%(shown)s appointment", "%(shown)s appointments", count)
    return text % {"shown": number(count)}


def list_row(data_import: DataImport) -> ListRow:
    """Return an import as the list shows it. Reads its maker's name: select `created_by` along."""
    tone, icon = _TONES.get(Status(data_import.status), ("amber", "hourglass"))
    label = str(data_import.get_status_display())
    if data_import.status == Status.DRAFT:
        label = _("columns to choose")
    if is_given_up(data_import):
        tone, icon, label = "neutral", "eraser", _("cleared")
    return ListRow(
        url=reverse("imports:show", args=[data_import.pk]),
        file_name=data_import.file_name,
        kind=kind_label(data_import.kind),
        icon=ICONS[data_import.kind],
        status=label[:1].upper() + label[1:],
        tone=tone,
        status_icon=icon,
        counts=counts_in_words(data_import),
        who=str(data_import.created_by),
        at=data_import.created_at,
    )


def is_given_up(data_import: DataImport) -> bool:
    """Return whether the lines of a file went before they were imported: nothing more can be done with it."""
    return data_import.cleared_at is not None and data_import.status in {Status.DRAFT, Status.CHECKED}


def counts_in_words(data_import: DataImport) -> str:
    """Return on one line what came of the rows so far."""
    status = data_import.status
    if status == Status.DRAFT or not data_import.counts:
        text = ngettext("%(shown)s row", "%(shown)s rows", data_import.rows_total)
        return text % {"shown": number(data_import.rows_total)}
    parts = [
        (_("%(shown)s new"), count_of(data_import, "new")),
        (_("%(shown)s imported"), count_of(data_import, "made")),
        (_("%(shown)s removed"), count_of(data_import, "undone")),
        (_("%(shown)s kept"), count_of(data_import, "kept")),
        (_("%(shown)s known already"), count_of(data_import, "same")),
        (_("%(shown)s refused"), count_of(data_import, "refused")),
    ]
    return " · ".join(text % {"shown": number(count)} for text, count in parts if count)


def steps_of(data_import: DataImport | None) -> tuple[dict[str, str], ...]:
    """Return the four steps, and which the import is at; None is a file that is still to be chosen."""
    titles = [_("File"), _("Columns"), _("Check"), _("Import")]
    here = _step_of(data_import)
    states = ["done" if at < here else "current" if at == here else "next" for at in range(4)]
    return tuple({"title": title, "state": state} for title, state in zip(titles, states, strict=True))


def _step_of(data_import: DataImport | None) -> int:
    if data_import is None:
        return 0
    if data_import.status == Status.FAILED:
        return 3 if data_import.checked_at else 2
    by_status = {Status.DRAFT: 1, Status.CHECKING: 2, Status.CHECKED: 2, Status.RUNNING: 3, Status.UNDOING: 3}
    return by_status.get(Status(data_import.status), 4)


def stats_of(data_import: DataImport) -> tuple[Stat, ...]:
    """Return the big figures of an import that was checked."""

    def count(*outcomes: str) -> int:
        return count_of(data_import, *outcomes)

    refused = Stat(_("Refused"), count("refused"), _("cannot be taken as they are"))
    same = Stat(_("Known already"), count("same"), _("are left as they are"))
    if not data_import.checked_at:
        return ()
    if data_import.undone_at or data_import.status == Status.UNDOING:
        return (Stat(_("Removed"), count("undone")), Stat(_("Kept"), count("kept"), _("touched since the import")))
    if data_import.status == Status.FAILED:
        return (Stat(_("Imported"), count("made")), Stat(_("Still to come"), count("new", "waiting")), refused)
    if data_import.finished_at or data_import.status == Status.RUNNING:
        return (Stat(_("Imported"), count("made")), same, refused)
    return (Stat(_("New"), count("new"), _("will be added")), same, refused)


def shown(data_import: DataImport) -> Shown:
    """Return an import as its page shows it. One query for an import that failed, none for others."""
    status, refused, new = data_import.status, count_of(data_import, "refused"), count_of(data_import, "new")
    is_busy, is_cleared, may_ask = status in BUSY, data_import.cleared_at is not None, may_be_asked(data_import)
    return Shown(
        pk=data_import.pk,
        url=reverse("imports:show", args=[data_import.pk]),
        file_name=data_import.file_name,
        title=_title(data_import),
        subtitle=f"{data_import.file_name} · {kind_label(data_import.kind)}",
        icon=ICONS[data_import.kind],
        steps=steps_of(data_import),
        rows_total=data_import.rows_total,
        rows_done=data_import.rows_done,
        is_busy=is_busy,
        busy_sentence=_far(data_import),
        failure=data_import.failure,
        may_continue=next_step(data_import, may_ask) != "",
        stats=() if is_busy or is_given_up(data_import) else stats_of(data_import),
        sentence="" if is_given_up(data_import) else _said(data_import),
        run_label=_("Import %(what)s") % {"what": of_kind(data_import.kind, new)} if _may_run(data_import) else "",
        made_url=_made_url(data_import),
        made_label=_("To the patients") if data_import.kind == "patients" else _("To the agenda"),
        has_refused=bool(refused) and not is_cleared and not is_busy,
        may_choose="checking" in may_ask and not is_cleared,
        may_undo="undoing" in may_ask and count_of(data_import, "made") > 0,
        is_over=status in {Status.DONE, Status.UNDONE} or is_given_up(data_import),
        is_cleared=is_cleared,
        cleared_at=data_import.cleared_at,
        may_clear=not is_cleared and not is_busy,
        kept_sentence=_kept(kept_until(data_import)),
        clear_sentence=_cleared_means(data_import),
    )


def kept_until(data_import: DataImport) -> datetime.date:
    """Return the day on which the lines of an import are cleared by themselves."""
    settled = data_import.undone_at or data_import.finished_at or data_import.created_at
    return timezone.localdate(settled + KEPT_FOR)


def next_step(data_import: DataImport, may_ask: Collection[str]) -> str:
    """Return the step at which an import that failed goes on: "checking", "running", "undoing", or "" for none."""
    if data_import.status != Status.FAILED:
        return ""
    if data_import.finished_at:
        return "undoing" if "undoing" in may_ask else ""
    wanted = "running" if data_import.checked_at else "checking"
    return wanted if wanted in may_ask and data_import.cleared_at is None else ""


def _may_run(data_import: DataImport) -> bool:
    is_checked = data_import.status == Status.CHECKED and data_import.cleared_at is None
    return is_checked and count_of(data_import, "new") > 0


def _made_url(data_import: DataImport) -> str:
    if data_import.status != Status.DONE:
        return ""
    return reverse("patients:list" if data_import.kind == DataImport.Kind.PATIENTS else "scheduling:agenda")


def _title(data_import: DataImport) -> str:
    if is_given_up(data_import):
        return _("This file was cleared before it was imported")
    return {
        Status.DRAFT: _("Which column holds what?"),
        Status.CHECKING: _("The rows are being checked"),
        Status.CHECKED: _("Checked: nothing is saved yet"),
        Status.RUNNING: _("The import is running"),
        Status.DONE: _("The import is done"),
        Status.UNDOING: _("The import is being undone"),
        Status.UNDONE: _("The import was undone"),
        Status.FAILED: _("The import stopped"),
    }[Status(data_import.status)]


def _far(data_import: DataImport) -> str:
    if not data_import.rows_done:
        return _("It begins in a moment.")
    text = ngettext("%(done)s of %(total)s row", "%(done)s of %(total)s rows", data_import.rows_total)
    return text % {"done": number(data_import.rows_done), "total": number(data_import.rows_total)}


def _said(data_import: DataImport) -> str:
    """Say in a sentence what is wanted now, where the figures do not."""
    if data_import.status == Status.CHECKED and not count_of(data_import, "new"):
        return _("There is nothing to import: every row is known already or was refused.")
    if data_import.status == Status.UNDONE and count_of(data_import, "kept"):
        return _("What was changed or used since the import was kept. Below you read which and why.")
    return ""


def _kept(day: datetime.date) -> str:
    return _("The rows of this file are kept until %(day)s, then they are cleared by themselves.") % {
        "day": local_day(day, "j N Y")
    }


def _cleared_means(data_import: DataImport) -> str:
    if data_import.status in {Status.DONE, Status.UNDONE}:
        return _("What was imported stays. The lines of the file and the reasons for refusals disappear for good.")
    return _("The lines of the file disappear for good, and this import ends. Nothing was saved of it.")


def facts_of_run(data_import: DataImport) -> list[tuple[str, str]]:
    """Return what happens when an import runs: icons and sentences."""
    new, same, refused = (count_of(data_import, outcome) for outcome in ("new", "same", "refused"))
    facts = [(ICONS[data_import.kind], _("%(what)s will be added.") % {"what": of_kind(data_import.kind, new)})]
    if same:
        text = ngettext(
            "%(shown)s row is known already and stays as it is.",
            "%(shown)s rows are known already and stay as they are.",
            same,
        )
        facts.append(("equal", text % {"shown": number(same)}))
    if refused:
        text = ngettext(
            "%(shown)s row was refused and is not imported.",
            "%(shown)s rows were refused and are not imported.",
            refused,
        )
        facts.append(("circle-alert", text % {"shown": number(refused)}))
    facts.append(("mail-x", _("Nobody gets a message about it.")))
    facts.append(("undo-2", _("You can undo it afterwards. What was changed or used by then is kept.")))
    return facts


def facts_of_undo(data_import: DataImport) -> list[tuple[str, str]]:
    """Return what happens when an import is undone: icons and sentences."""
    made = of_kind(data_import.kind, count_of(data_import, "made"))
    return [
        ("undo-2", _("%(what)s of this import will be removed.") % {"what": made}),
        ("shield-check", _("What was changed or used since is kept, and you read which and why.")),
        ("history", _("The history keeps that they were made and removed.")),
        ("mail-x", _("Nobody gets a message about it.")),
    ]


def kinds() -> Sequence[dict[str, Any]]:
    """Return the kinds of import, for choosing and for the example files."""
    return [{"value": kind, "label": kind_label(kind), "icon": ICONS[kind]} for kind in DataImport.Kind.values]
