"""What a failure of a delivery is called, for people."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.webhooks.network import Failure

FAILURES: dict[str, Any] = {
    Failure.ADDRESS_NOT_ALLOWED: _("the address lies in a private network"),
    Failure.NO_SUCH_HOST: _("the address does not exist"),
    Failure.NO_CONNECTION: _("nobody answers at this address"),
    Failure.TLS: _("the secure connection failed"),
    Failure.TIMEOUT: _("no answer within ten seconds"),
    Failure.BROKEN_OFF: _("the connection was broken off"),
    Failure.NO_HTTP: _("the answer is not that of a web server"),
    Failure.REDIRECT: _("the address sends us on to another one"),
    Failure.REFUSED: _("the program refused it"),
    Failure.GONE: _("the program says that the address is gone"),
    Failure.TOO_BUSY: _("the program is too busy"),
    Failure.SERVER_ERROR: _("the program has an error"),
    Failure.SECRET_UNREADABLE: _("the secret cannot be read: renew it"),
}


def in_words(code: str) -> Any:
    """Return what went wrong in words; "" when nothing did."""
    return FAILURES.get(code, "")
