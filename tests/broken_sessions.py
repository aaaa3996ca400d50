"""A session store whose database is away."""

from django.contrib.sessions.backends.base import SessionBase
from django.db import OperationalError


class SessionStore(SessionBase):
    """Cannot be read."""

    def load(self) -> dict[str, object]:
        """Fail as a lost connection does."""
        raise OperationalError("server closed the connection unexpectedly")
