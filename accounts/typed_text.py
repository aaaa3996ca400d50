"""What was typed into a form whose session had ended: kept for the same user, sent again after signing in.

It waits in the (anonymous) session on the server for an hour, under a cookie that only this browser has, and is shown
to nobody but the user who typed it. Nothing is left in the browser (ASVS 14.3.3).
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

_KEY = "typed_text"
LIFETIME = datetime.timedelta(hours=1)
LARGEST = 200_000  # characters; more than the longest note
_LEFT_OUT = {"csrfmiddlewaretoken"}


@dataclass(frozen=True, slots=True)
class TypedText:
    """A form that could not be taken: where it was going, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        """What a person typed, as far as it can be told from choices and ids: values with a blank in them."""
        return [value for _name, value in self.fields if " " in value.strip()]


def keep_typed_text(request: HttpRequest, user_id: str, *, now: datetime.datetime) -> bool:
    """Keep the fields of a POST for the user whose session ended. Return False when there is too much."""
    fields = [(name, value) for name, values in request.POST.lists() if name not in _LEFT_OUT for value in values]
    if sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return False
    kept = {"user": user_id, "path": request.get_full_path(), "fields": fields, "at": now.timestamp()}
    request.session[_KEY] = kept
    request.session.set_expiry(int(LIFETIME.total_seconds()))
    return True


def typed_text_of(request: HttpRequest, *, now: datetime.datetime) -> TypedText | None:
    """Return what the signed-in user typed before the session ended; another's is dropped unseen."""
    kept: dict[str, Any] | None = request.session.get(_KEY)
    if kept is None:
        return None
    if kept["user"] != str(request.user.pk) or kept["at"] + LIFETIME.total_seconds() < now.timestamp():
        drop_typed_text(request)
        return None
    return TypedText(kept["path"], [(name, value) for name, value in kept["fields"]])


def drop_typed_text(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(_KEY, None)
