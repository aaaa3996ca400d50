"""Readings and security events, a page at a time, by the keys of their indexes: as fast on millions of rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import AccessLog, Role, SecurityEvent, User
from accounts.record_parts import label_of
from fysicure.audit.asked import SHOWN, Asked, place_text
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Names:
    """The people of a page, by id. Two queries."""

    users: dict[UUID, User]
    patients: dict[UUID, Patient]

    def user(self, pk: UUID | None) -> str:
        """Return an account's name; nobody is the software itself."""
        if pk is None:
            return _("Nobody signed in")
        return str(self.users[pk]) if pk in self.users else _("Account that is gone")

    def patient(self, pk: UUID | None) -> str:
        """Return a patient's name; an erased record has none."""
        if pk is None:
            return ""
        return str(self.patients[pk]) if pk in self.patients else _("Erased record")


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Rows, and where the next page begins ("" at the end)."""

    rows: tuple[T, ...]
    more: str


def readings(asked: Asked) -> QuerySet[AccessLog]:
    """Return the readings that a question asks for, the latest first."""
    rows = AccessLog.objects.filter(at__gte=asked.start, at__lt=asked.end)
    if asked.patient:
        rows = rows.filter(patient_id=asked.patient)
    if asked.user:
        rows = rows.filter(user_id=asked.user)
    if asked.part:
        rows = rows.filter(part=asked.part)
    return _from(rows, asked).order_by("-at", "-id")


def events(asked: Asked) -> QuerySet[SecurityEvent]:
    """Return the security events that a question asks for, the latest first."""
    rows = SecurityEvent.objects.filter(at__gte=asked.start, at__lt=asked.end)
    if asked.patient:
        rows = rows.filter(patient_id=asked.patient)
    if asked.user:
        rows = rows.filter(Q(user_id=asked.user) | Q(subject_id=asked.user))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return _from(rows, asked).order_by("-at", "-id")


def page_of[T: (AccessLog, SecurityEvent)](rows: QuerySet[T]) -> Page[T]:
    """Return the first page of what was found. One query."""
    found = list(rows[: SHOWN + 1])
    more = place_text(found[SHOWN - 1].at, found[SHOWN - 1].pk) if len(found) > SHOWN else ""
    return Page(tuple(found[:SHOWN]), more)


def names_of(users: Iterable[UUID | None], patients: Iterable[UUID | None], by: User) -> Names:
    """Return the names of the people of a page. Two queries."""
    seen = Patient.objects.visible_to(by).in_bulk({each for each in patients if each})
    return Names(User.objects.in_bulk({each for each in users if each}), seen)


def reading_row(row: AccessLog, names: Names) -> dict[str, Any]:
    """Return a reading in words."""
    return {
        "at": row.at,
        "who": names.user(row.user_id),
        "role": dict(Role.choices).get(row.role, row.role),
        "patient": names.patient(row.patient_id),
        "patient_id": row.patient_id,
        "part": label_of(row.part),
        "reason": row.reason,
        "address": row.ip_address or "",
        "request": row.request_id,
    }


def event_row(row: SecurityEvent, names: Names) -> dict[str, Any]:
    """Return a security event in words; its detail as codes."""
    return {
        "at": row.at,
        "who": names.user(row.user_id),
        "kind": row.get_kind_display(),
        "tone": _TONES.get(row.kind, "neutral"),
        "about": names.user(row.subject_id) if row.subject_id and row.subject_id != row.user_id else "",
        "patient": names.patient(row.patient_id),
        "patient_id": row.patient_id,
        "detail": ", ".join(f"{key}: {value}" for key, value in sorted(row.detail.items())),
        "address": row.ip_address or "",
        "request": row.request_id,
    }


_KIND = SecurityEvent.Kind
_TONES: dict[str, str] = {
    **dict.fromkeys((_KIND.SIGN_IN_FAILED, _KIND.DENIED, _KIND.BREAK_GLASS), "amber"),
    **dict.fromkeys((_KIND.LOCKED_OUT, _KIND.AUDIT_BROKEN, _KIND.ERASED), "red"),
    _KIND.AUDIT_CHECKED: "green",
}


def _from(rows: Any, asked: Asked) -> Any:
    """Begin where the earlier page stopped."""
    if asked.before is None:
        return rows
    at, key = asked.before
    return rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=key))
