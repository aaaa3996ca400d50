"""What a series of wrong passwords leads to: a pause, never a colleague who is locked out for good.

Three counts (docs/sign-in.md): an account from one address, so that who guesses does not lock out who sits elsewhere;
an account from everywhere, higher; and an address over all accounts. Unknown addresses of mail count like known ones.
"""

import datetime

from django.http import HttpRequest

from accounts.limits import Limit, TooManyAttempts, forget, give_back, limit
from accounts.models import SecurityEvent, User
from accounts.security_log import address_of, note_event

ACCOUNT_FROM_ADDRESS = Limit(5, datetime.timedelta(minutes=15))
ACCOUNT = Limit(50, datetime.timedelta(hours=1))
ADDRESS = Limit(100, datetime.timedelta(minutes=15))
CODE_REQUESTS = Limit(3, datetime.timedelta(minutes=10))
CODE_REQUESTS_FROM_ADDRESS = Limit(30, datetime.timedelta(minutes=10))


def begin_password_attempt(request: HttpRequest, email: str, *, now: datetime.datetime) -> None:
    """Count an attempt with a password. Raises TooManyAttempts; a lockout is noted once in each window."""
    try:
        for key, rule in _password_keys(request, email):
            limit(key, rule, now=now)
    except TooManyAttempts as error:
        _note_lockout(request, email, first=error.first)
        raise


def password_was_right(request: HttpRequest, email: str) -> None:
    """Forget the attempts from this address; elsewhere take back one, no more: other accounts' counts stay."""
    (own, _own), (account, _account), (address, _address) = _password_keys(request, email)
    forget(own)
    give_back(account)
    give_back(address)


def count_code_request(request: HttpRequest, email: str, *, now: datetime.datetime) -> None:
    """Count a request for a code by mail. Raises TooManyAttempts."""
    limit(f"code-from:{address_of(request)}", CODE_REQUESTS_FROM_ADDRESS, now=now)
    limit(f"code-to:{_folded(email)}", CODE_REQUESTS, now=now)


def _password_keys(request: HttpRequest, email: str) -> list[tuple[str, Limit]]:
    address, account = address_of(request), _folded(email)
    return [
        (f"password:{account}:{address}", ACCOUNT_FROM_ADDRESS),
        (f"password:{account}", ACCOUNT),
        (f"password-from:{address}", ADDRESS),
    ]


def _note_lockout(request: HttpRequest, email: str, *, first: bool) -> None:
    subject = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    if first:
        note_event(SecurityEvent.Kind.LOCKED_OUT, request=request, subject_id=subject, method="password")


def _folded(email: str) -> str:
    return email.strip().lower()
