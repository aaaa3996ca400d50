"""Proving again who you are before what cannot be undone: an export, a change of role, an erasure (ASVS 7.5.1, 7.5.3).

By password, second factor or passkey; who has none of these gets a code by mail. The proof holds for five minutes.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse

from accounts.models import User

VALID_SECONDS = 300


def proved_recently(request: HttpRequest) -> bool:
    """Return whether the user proved who they are, again and in this session, in the last five minutes."""
    if not isinstance(request.user, User):
        return False
    proofs = [each["at"] for each in get_authentication_records(request, request.user) if each.get("reauthenticated")]
    return bool(proofs) and time.time() - proofs[-1] < VALID_SECONDS


def came_in_recently(request: HttpRequest) -> bool:
    """Return whether the user signed in, or proved who they are, in the last five minutes.

    Enough for setting up a first factor right after signing in; not for what step-up guards.
    """
    if not isinstance(request.user, User):
        return False
    moments = [each["at"] for each in get_authentication_records(request, request.user)]
    return bool(moments) and time.time() - moments[-1] < VALID_SECONDS


def require_proof(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired without a recent proof: allauth's middleware then asks, and goes on afterwards."""
    if not proved_recently(request):
        raise ReauthenticationRequired


def note_proof_by_mail(request: HttpRequest, user: User) -> None:
    """Write in the session that the user typed the code that was mailed."""
    record_authentication(request, user, method="code", reauthenticated=True)


def step_up[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a view run only shortly after the user proved again who they are; else ask, then go on with the request.

    Stands below `requires`: who may not do it is not asked to prove anything.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        require_proof(request)
        return view(request, *args, **kwargs)

    guarded.asks_step_up = True  # type: ignore[attr-defined]
    return guarded
