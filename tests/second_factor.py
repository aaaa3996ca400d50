"""Who is signed in by force counts as having passed the second factor: what a whole sign-in writes in the session.

Connected for every test by tests/people.py, and by the programs that act as people (tests/concurrency, benchmarks).
"""

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.models import User

_UID = "tests.second_factor"


def count_as_passed() -> None:
    """From now on `Client.force_login` writes that the second factor was passed."""
    user_logged_in.connect(_write, dispatch_uid=_UID)


def do_not_count() -> None:
    """From now on `Client.force_login` is a sign-in with a password only."""
    user_logged_in.disconnect(dispatch_uid=_UID)


def _write(request: HttpRequest, user: User, **kwargs: object) -> None:
    if request.META.get("REMOTE_ADDR"):  # a sign-in by page writes for itself; force_login has no real request
        return
    record_authentication(request, user, method="mfa", type="totp", id=0)
    if not user.has_usable_password():
        record_authentication(request, user, method="code", reauthenticated=True)
