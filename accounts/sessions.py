"""How long a session lasts, where it runs, and how it ends (docs/sign-in.md; ASVS 7.3.1, 7.3.2, 7.4.1-7.4.5).

The moments stand in the session itself, which every request reads anyway: keeping time costs no query, and a write at
most once a minute.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from accounts.models import ApiToken, Device, Role, User
from accounts.security_log import address_of

IDLE = datetime.timedelta(minutes=30)
ABSOLUTE = datetime.timedelta(hours=12)
WARNING = datetime.timedelta(minutes=2)
_EVERY = 60  # seconds between two notes of "last seen"
_SIGNED_IN, _SEEN = "signed_in_at", "seen_at"


def is_staff(user: User) -> bool:
    """Return whether a user works in the practice, or may open the admin site."""
    return user.role != Role.PATIENT or user.is_staff or user.is_superuser


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How long a session still lasts. `extendable`: staying signed in would give more time."""

    seconds: int
    extendable: bool


def time_left(session: SessionBase, user: User, *, now: datetime.datetime) -> TimeLeft:
    """Return how long a session lasts: staff 30 minutes after the last deed, everyone 12 hours after signing in.

    A session without these moments has ended.
    """
    moment = now.timestamp()
    whole = session.get(_SIGNED_IN, 0) + ABSOLUTE.total_seconds() - moment
    idle = session.get(_SEEN, 0) + IDLE.total_seconds() - moment if is_staff(user) else whole
    return TimeLeft(max(0, int(min(whole, idle))), extendable=idle < whole)


def begin(request: HttpRequest, user: User, *, now: datetime.datetime) -> None:
    """Start the clock of a session that was just signed in, and list it under the user's devices."""
    request.session[_SIGNED_IN] = request.session[_SEEN] = now.timestamp()
    request.session.set_expiry(0)  # the cookie goes with the browser; the server keeps time
    Device.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:200],
            "ip_address": address_of(request),
            "signed_in_at": now,
            "last_seen_at": now,
        },
    )


def touch(request: HttpRequest, *, now: datetime.datetime) -> None:
    """Note that somebody is there. Writes at most once a minute."""
    if now.timestamp() - request.session.get(_SEEN, 0) < _EVERY:
        return
    request.session[_SEEN] = now.timestamp()
    Device.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=now, ip_address=address_of(request)
    )


def devices_of(user: User, *, now: datetime.datetime) -> list[Device]:
    """Return where a user is signed in, last seen first. One query."""
    since = {"signed_in_at__gt": now - ABSOLUTE}
    if is_staff(user):
        since["last_seen_at__gt"] = now - IDLE
    running = Session.objects.filter(expire_date__gt=now).values("session_key")
    return list(Device.objects.filter(user=user, session_key__in=running, **since))


@transaction.atomic
def end_device(device: Device) -> None:
    """End one session at once: its cookie opens nothing from this moment."""
    Session.objects.filter(session_key=device.session_key).delete()
    device.delete()


@transaction.atomic
def end_sessions(user_id: UUID, *, except_key: str | None = None) -> int:
    """End all sessions of a user, but the one with the key `except_key`. Return how many."""
    devices = Device.objects.filter(user_id=user_id).exclude(session_key=except_key or "")
    keys = list(devices.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return devices.delete()[0]


@transaction.atomic
def cut_off(user_id: UUID, *, now: datetime.datetime) -> None:
    """End everything with which an account that was switched off could go on: sessions and keys (ASVS 7.4.2)."""
    end_sessions(user_id)
    ApiToken.objects.filter(user_id=user_id, revoked_at=None).update(revoked_at=now)


def clear_devices() -> int:
    """Remove the devices whose session is gone. Return how many."""
    return Device.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
