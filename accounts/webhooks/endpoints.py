"""What the owner does with the addresses of other programs."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput
from accounts.models import SecurityEvent, User, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookKind
from accounts.security_log import note_event
from accounts.versions import refuse_stale
from accounts.webhooks.keys import OVERLAP, encrypted, new_secret, under_the_key_of_today
from accounts.webhooks.network import LONGEST_URL, AddressRefused, checked

KINDS = [kind for kind in WebhookKind if kind != WebhookKind.PING]
MOST_ENDPOINTS = 20
_SECRETS = ("secret", "previous_secret")


class TooManyEndpoints(DomainError):
    """There are twenty addresses already: each costs something with every change that it wants to hear of."""

    title = "Too many webhooks"


class WebhookOff(DomainError):
    """An address that is switched off is sent nothing."""

    title = "Switched off"


def add_endpoint(
    *, name: str, url: str, kinds: Sequence[str], by: User, now: datetime.datetime
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint and return it with its secret, which is shown this once.

    Raises InvalidInput for an address to which nothing may be sent, and TooManyEndpoints.
    """
    values = {"name": _name(name), "url": _address(url), "kinds": _kinds(kinds)}
    secret = new_secret()
    with transaction.atomic():
        if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints(_("There are %(count)d webhooks already.") % {"count": MOST_ENDPOINTS})
        row = WebhookEndpoint.objects.create(secret=encrypted(secret), created_by=by, created_at=now, **values)
        _note(row, "made", by)
    return row, secret


def change_endpoint(
    endpoint: WebhookEndpoint, *, by: User, now: datetime.datetime, version: int | None = None, **given: Any
) -> WebhookEndpoint:
    """Change name, url, kinds or status (active, off). Raises InvalidInput, and EditConflict when seen at an older one.

    Switched off, what waits is skipped and nothing is kept; switched on after errors, what waited is sent.
    """
    checks: dict[str, Callable[..., Any]] = {"name": _name, "url": _address, "kinds": _kinds, "status": _status}
    values: dict[str, Any] = {name: checks[name](value) for name, value in given.items()}
    with transaction.atomic():
        row = locked_endpoint(endpoint)
        refuse_stale(row, version=version, given=values)
        if values.get("status") == WebhookEndpoint.Status.OFF:
            _skip_waiting(row)
        if values.keys() & {"url", "status"}:
            values |= {"failing_since": None, "held_until": None}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        row.refresh_from_db()
        _note(row, "changed", by, fields=sorted(given))
    return row


def renew_secret(endpoint: WebhookEndpoint, *, by: User, now: datetime.datetime) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret and return it, once; for 24 hours the old one signs along."""
    secret = new_secret()
    with transaction.atomic():
        row = locked_endpoint(endpoint)
        row.previous_secret, row.previous_until = row.secret, now + OVERLAP
        row.secret = encrypted(secret)
        row.save(update_fields=["previous_secret", "previous_until", "secret"])
        row.refresh_from_db()
        _note(row, "secret renewed", by)
    return row, secret


def forget_old_secrets(*, now: datetime.datetime) -> int:
    """Wipe the secrets whose day of overlap is over; return how many."""
    rows = WebhookEndpoint.objects.filter(previous_until__lte=now)
    return int(rows.update(previous_secret="", previous_until=None))


def keep_readable() -> int:
    """Encrypt each secret anew that a former SECRET_KEY encrypted; return how many. What nobody can read is left."""
    count = 0
    for row in WebhookEndpoint.objects.all():
        try:
            values = {name: under_the_key_of_today(getattr(row, name)) for name in _SECRETS if getattr(row, name)}
        except InvalidToken:
            continue
        changed = {name: text for name, text in values.items() if text != getattr(row, name)}
        if changed:  # only while it is the secret that was read
            count += WebhookEndpoint.objects.filter(pk=row.pk, secret=row.secret).update(**changed)
    return count


def remove_endpoint(endpoint: WebhookEndpoint, *, by: User, now: datetime.datetime) -> None:
    """Remove an endpoint with its log. Waits for changes that are announcing themselves to it this moment."""
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        deliveries = WebhookDelivery.objects.filter(endpoint=row)
        # Held, so that no attempt under way adds its line to a log that goes.
        list(deliveries.select_for_update().order_by("pk").values_list("pk"))
        WebhookAttempt.objects.filter(delivery__endpoint=row).delete()
        deliveries.delete()
        _note(row, "removed", by)
        row.delete()


def locked_endpoint(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Lock an endpoint against other editors; changes may go on announcing themselves to it."""
    return WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)


def _skip_waiting(endpoint: WebhookEndpoint) -> None:
    """Let go of everything that still waits for an endpoint."""
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, status=WebhookDelivery.Status.WAITING)
    waiting.update(status=WebhookDelivery.Status.SKIPPED)


def _note(endpoint: WebhookEndpoint, deed: str, by: User, **detail: Any) -> None:
    note_event(SecurityEvent.Kind.TOKEN, user_id=by.pk, deed=f"webhook {deed}", webhook=str(endpoint.pk), **detail)


def _name(name: str) -> str:
    text = name.strip()
    if not text or len(text) > 80 or not text.isprintable():
        raise _invalid("name", _("Give it a name of at most 80 characters."))
    return text


def _address(url: str) -> str:
    text = url.strip()
    if len(text) > LONGEST_URL:
        raise _invalid("url", _("This address is too long."))
    try:
        scheme = checked(text).scheme
    except AddressRefused as error:
        sentences = {
            "scheme": _("The address must begin with https://."),
            "host": _("This is not a web address."),
            "user": _("An address holds no user name or password."),
            "port": _("Only the ports 443 and 8443 are used."),
            "fragment": _("Leave out what follows the # sign."),
            "network": _("This address lies in a private network. Who looks after the server can allow it."),
        }
        raise _invalid("url", sentences[str(error)]) from error
    return scheme + text[len(scheme) :]  # in small letters, as the database wants it


def _kinds(kinds: Sequence[str]) -> list[str]:
    if not kinds or not set(kinds) <= {kind.value for kind in KINDS}:
        raise _invalid("events", _("Choose at least one kind of event, of those that exist."))
    return [kind.value for kind in KINDS if kind.value in kinds]


def _status(status: str) -> str:
    if status not in {WebhookEndpoint.Status.ACTIVE, WebhookEndpoint.Status.OFF}:
        raise _invalid("status", _("A webhook is switched on or off."))
    return status


def _invalid(field: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, errors={field: [sentence]})
