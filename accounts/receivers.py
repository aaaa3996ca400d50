"""What follows when Django or allauth tells that somebody signed in, failed, left, or changed a password or a factor.

The only receivers of this room, connected by accounts/apps.py. They write the log of security events and keep the
session's clock; no rule of the practice lives here.
"""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Device, SecurityEvent, User
from accounts.notices import Action, say
from accounts.second_factor import REAL_FACTORS, forget_pass, has_authenticator
from accounts.security_log import note_event
from accounts.sessions import begin, end_sessions, is_staff

Kind = SecurityEvent.Kind


@receiver(auth_signals.user_logged_in, dispatch_uid="accounts.begin_session")
def begin_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    begin(request, user, now=timezone.now())


@receiver(account_signals.user_logged_in, dispatch_uid="accounts.note_sign_in")
def note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    methods = [str(record.get("type", record.get("method"))) for record in get_authentication_records(request, user)]
    note_event(Kind.SIGN_IN, request=request, user_id=user.pk, methods=methods)


@receiver(auth_signals.user_login_failed, dispatch_uid="accounts.note_refusal")
def note_refusal(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "")
    subject = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    note_event(Kind.SIGN_IN_FAILED, request=request, subject_id=subject, method="password")


@receiver(auth_signals.user_logged_out, dispatch_uid="accounts.end_session")
def end_session(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    Device.objects.filter(session_key=request.session.session_key or "-").delete()
    if user is not None:
        note_event(Kind.SIGN_OUT, request=request, user_id=user.pk)


@receiver(account_signals.password_changed, dispatch_uid="accounts.password_changed")
@receiver(account_signals.password_set, dispatch_uid="accounts.password_set")
def keep_this_session_only(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password gives the session a new key, and ends the others (ASVS 7.4.3)."""
    begin(request, user, now=timezone.now())
    end_sessions(user.pk, except_key=request.session.session_key)
    note_event(Kind.PASSWORD, request=request, user_id=user.pk, deed="changed")


@receiver(account_signals.password_reset, dispatch_uid="accounts.password_reset")
def end_all_sessions(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A reset by mail ends every session, and signs nobody in."""
    end_sessions(user.pk)
    note_event(Kind.PASSWORD, request=request, subject_id=user.pk, deed="reset")


@receiver(mfa_signals.authenticator_added, dispatch_uid="accounts.factor_added")
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who just showed a code of the new app, or touched the new key, passed the gate with it."""
    if authenticator.type in REAL_FACTORS:
        shown = {"type": authenticator.type, "id": authenticator.pk, "reauthenticated": True}
        record_authentication(request, user, method="mfa", **shown)
        others = Device.objects.filter(user=user).exclude(session_key=request.session.session_key)
        if others.exists():
            text = _("You are still signed in elsewhere with the old way of signing in.")
            say(request, text, Action(_("See where"), reverse("accounts:devices"), "monitor-smartphone"))
    note_event(Kind.SECOND_FACTOR, request=request, user_id=user.pk, deed="added", type=authenticator.type)


@receiver(mfa_signals.authenticator_removed, dispatch_uid="accounts.factor_removed")
def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Staff without any factor left are led to set one up at once."""
    if is_staff(user) and not has_authenticator(user):
        forget_pass(request)
    note_event(Kind.SECOND_FACTOR, request=request, user_id=user.pk, deed="removed", type=authenticator.type)


@receiver(mfa_signals.authenticator_reset, dispatch_uid="accounts.factor_renewed")
def factor_renewed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    note_event(Kind.SECOND_FACTOR, request=request, user_id=user.pk, deed="renewed", type=authenticator.type)


@receiver(mfa_signals.authentication_failed, dispatch_uid="accounts.factor_failed")
def factor_failed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    note_event(Kind.SIGN_IN_FAILED, request=request, subject_id=user.pk, method=authenticator.type)
