"""Proving again who you are before what cannot be undone: an export, a change of role, an erasure."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse


def step_up[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a view run only shortly after the user proved again who they are; else ask, then go on with the request.

    Stands below `requires`: who may not do it is not asked to prove anything.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_reauthentication_required(request, app="accounts"):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    guarded.asks_step_up = True  # type: ignore[attr-defined]
    return guarded
