"""The application as a WSGI callable in a test's transaction: Django's handler for tests keeps the connection."""

from collections.abc import Callable, Iterable
from typing import Any

from django.test.client import ClientHandler

_handler = ClientHandler(enforce_csrf_checks=True)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request, all middleware included."""
    environ.setdefault("REMOTE_ADDR", "127.0.0.1")
    response = _handler(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [b"".join(response) if response.streaming else response.content]
