"""The second factor of staff: who passed it, who still has to, and how a lost one is reset (ASVS 6.3.3, 6.4.4)."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import DomainError
from accounts.models import SecurityEvent, User
from accounts.problems import problem_type
from accounts.security_log import note_event
from accounts.sessions import end_sessions, is_staff
from accounts.step_up import came_in_recently

REAL_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What a member of staff may open before the second factor: setting one up, proving who one is, and leaving.
OPEN_VIEWS = {
    "accounts:second-factor",
    "accounts:prove",
    "accounts:session",
    "accounts:stay",
    "accounts:back",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "healthz",
}
# Who has a factor proves that one before adding another.
SET_UP_VIEWS = {"mfa_activate_totp", "mfa_add_webauthn"}
# Ways to sign in later on: who has neither password nor factor to prove with, as most patients, gets a code by mail.
PROOF_VIEWS = {*SET_UP_VIEWS, "account_set_password"}


class ResetReason(TextChoices):
    """Why a colleague's second factor is taken away; kept as a code."""

    LOST = "lost", gettext_lazy("The telephone or key is lost or stolen.")
    REPLACED = "replaced", gettext_lazy("There is a new telephone or key, and the old one is gone.")
    BROKEN = "broken", gettext_lazy("The telephone or key is broken.")


class ResetRefused(DomainError):
    """A second factor that cannot be reset like this."""

    title = "Reset refused"


def passed(request: HttpRequest) -> bool:
    """Return whether this session passed a second factor: an app's code, a recovery code or a passkey."""
    user: Any = request.user
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def forget_pass(request: HttpRequest) -> None:
    """Take the passed second factor from this session: its authenticator is gone."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [each for each in records if each.get("method") != "mfa"]


def has_authenticator(user: User) -> bool:
    """Return whether a user has an app or a passkey. One query."""
    return Authenticator.objects.filter(user=user, type__in=REAL_FACTORS).exists()


@transaction.atomic
def reset_second_factor(
    colleague: User, *, by: User | None, witness: User | None, reason: ResetReason, request: HttpRequest | None = None
) -> None:
    """Take away all of a colleague's authenticators and sessions: at the next sign-in a new one is set up.

    A second member of staff, neither the colleague nor who resets, saw who it is. Raises ResetRefused. `by` and
    `witness` are None for the administrator of the server (manage.py reset_second_factor).
    """
    if by is not None and (witness is None or not witness.is_active or not is_staff(witness)):
        raise ResetRefused(_("A second member of staff has to confirm who it is."))
    if by is not None and (colleague == by or witness in (by, colleague)):
        raise ResetRefused(_("Three people are needed: who resets, who confirms, and the colleague."))
    removed, _rows = Authenticator.objects.filter(user=colleague).delete()
    end_sessions(colleague.pk)
    note_event(
        SecurityEvent.Kind.SECOND_FACTOR,
        request=request,
        subject_id=colleague.pk,
        deed="reset",
        reason=reason.value,
        witness=str(witness.pk) if witness else "",
        removed=removed,
    )


class SecondFactorMiddleware:
    """Lets staff without a passed second factor reach only OPEN_VIEWS: pages, API by session and admin site alike.

    Stands between SessionTimeMiddleware and LoginRequiredMiddleware. Costs no query. In demo mode staff may go on
    without; a bearer token is a factor of its own, made by somebody who passed the gate.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user if SESSION_KEY in request.session else None
        if not isinstance(user, User):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in PROOF_VIEWS and _must_prove_by_mail(request, user):
            return suspend_request(request, reverse("accounts:prove"))
        if not is_staff(user) or settings.DEMO or passed(request) or _is_open(request, user, view, name):
            return None
        if _is_api(request):
            return _refused()
        proves = name in SET_UP_VIEWS and has_authenticator(user)
        return HttpResponseRedirect(reverse("mfa_reauthenticate" if proves else "accounts:second-factor"))


def _is_open(request: HttpRequest, user: User, view: Any, name: str) -> bool:
    """Return whether staff may open a view before the second factor."""
    if name in SET_UP_VIEWS:
        return not has_authenticator(user)
    return name in OPEN_VIEWS or (not getattr(view, "login_required", True) and not _is_api(request))


def _refused() -> JsonResponse:
    detail = _("Sign in with your second factor first.")
    kind = problem_type("second-factor-needed")
    body = {"type": kind, "title": "Second factor needed", "status": 403, "detail": detail}
    return JsonResponse(body, status=403, content_type="application/problem+json")


def _must_prove_by_mail(request: HttpRequest, user: User) -> bool:
    return not came_in_recently(request) and not user.has_usable_password() and not has_authenticator(user)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
