"""The history of a plan in words: what was decided, by whom and why, as a timeline shows it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.decisions import FOLLOWS
from pathways.models import Decision, FollowUp

Kind = Decision.Kind
ICONS = {
    Kind.START: "flag",
    Kind.ADVANCE: "arrow-right",
    Kind.HOLD: "pin",
    Kind.STEP_BACK: "arrow-left",
    Kind.BLOCK: "octagon-alert",
    Kind.UNBLOCK: "shield-check",
    Kind.CLOSE: "circle-check",
    Kind.PAUSE: "pause",
    Kind.RESUME: "play",
    Kind.ADJUST: "dumbbell",
    Kind.MIGRATE: "route",
}
# Decisions that leave booked visits where they are, for somebody to look at.
MOVES_VISITS = (Kind.STEP_BACK, Kind.PAUSE, Kind.RESUME)


def moments(rows: Sequence[Decision]) -> list[dict[str, Any]]:
    """Return decisions, given newest first, for the timeline. A clearance says how long the block lasted."""
    since = dict(_blocks(reversed(rows)))
    return [_moment(row, since.get(row.pk)) for row in rows]


def visits_to_check(rows: Sequence[Decision], follow_ups: Iterable[FollowUp], now: datetime.datetime) -> list[FollowUp]:
    """Return the visits that the last step back or pause left in the agenda, as far as they are still to come."""
    last = next((row for row in rows if row.kind in MOVES_VISITS), None)
    named = set(last.evidence.get("booked", [])) if last else set()
    return [
        row
        for row in follow_ups
        if str(row.pk) in named and row.appointment and row.appointment.occupies and row.appointment.start >= now
    ]


def proposal_word(proposal: str) -> str:
    """A proposal in a person's words."""
    return {
        "advance": _("ready for the next phase"),
        "stay": _("stay in this phase"),
        "step_back": _("a phase back"),
        "review": _("look at the plan again"),
        "blocked": _("blocked by a red flag"),
    }.get(proposal, proposal)


def _blocks(rows: Iterable[Decision]) -> Iterable[tuple[Any, datetime.date]]:
    """For each clearance the day on which its block began; rows oldest first."""
    begun: datetime.date | None = None
    for row in rows:
        if row.kind == Kind.BLOCK:
            begun = timezone.localtime(row.made_at).date()
        elif row.kind == Kind.UNBLOCK and begun is not None:
            yield row.pk, begun
            begun = None


def _moment(row: Decision, blocked_since: datetime.date | None) -> dict[str, Any]:
    said = _said(row, blocked_since)
    parts = [part for part in (_phases(row), said, row.reason, _against(row)) if part]
    return {
        "when": row.made_at,
        "title": row.get_kind_display(),
        "text": " · ".join(parts),
        "who": str(row.made_by),
        "icon": ICONS.get(Kind(row.kind), "dot"),
    }


def _phases(row: Decision) -> str:
    return " → ".join(dict.fromkeys(phase for phase in (row.from_phase, row.to_phase) if phase))


def _against(row: Decision) -> str:
    """What the system had proposed when the decision went against it."""
    if not row.proposal or row.kind not in FOLLOWS or row.proposal in FOLLOWS[Kind(row.kind)]:
        return ""
    proposed = _("The system proposed: %(proposal)s.") % {"proposal": proposal_word(row.proposal)}
    return f"{row.get_reason_code_display()} · {proposed}" if row.reason_code else proposed


def _said(row: Decision, blocked_since: datetime.date | None) -> str:
    known: Mapping[str, Any] = row.evidence
    if row.kind == Kind.ADJUST:
        return _change(known)
    if row.kind == Kind.RESUME and "days" in known:
        count = known["days"]
        return ngettext("stood still for %(count)s day", "stood still for %(count)s days", count) % {"count": count}
    if row.kind == Kind.UNBLOCK and known.get("physician"):
        return _clearance(known, blocked_since)
    if row.kind == Kind.START and known.get("restarted_from"):
        return _("taken up again after the complaint came back")
    return ""


def _clearance(known: Mapping[str, Any], since: datetime.date | None) -> str:
    cleared_on = datetime.date.fromisoformat(known["cleared_on"])
    by = _("%(physician)s, clearance of %(day)s") % {"physician": known["physician"], "day": f"{cleared_on:%d/%m/%Y}"}
    return f"{by} · " + _("blocked since %(day)s") % {"day": f"{since:%d/%m/%Y}"} if since else by


def _change(known: Mapping[str, Any]) -> str:
    before, after = (_line(known.get(name)) for name in ("before", "after"))
    if not before:
        return _("added: %(exercise)s") % {"exercise": after}
    if not after:
        return _("stopped: %(exercise)s") % {"exercise": before}
    return f"{before} → {after}"


def _line(line: Mapping[str, Any] | None) -> str:
    if not line:
        return ""
    dosage = ", ".join(part for part in (line["dosage"], line["per_week"] and f"{line['per_week']}×") if part)
    return f"{line['name']} ({dosage})"
