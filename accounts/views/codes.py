"""Signing in by mail, for patients: ask for a code, type it, or press the button behind the link."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import AskCodeForm, CodeForm
from accounts.limits import TooManyAttempts
from accounts.mails import mail_sign_in_code
from accounts.models import SecurityEvent, SignInCode, User
from accounts.security_log import note_event
from accounts.sign_in_codes import issue_code, link_is_open, redeem_code, redeem_link, who_may_ask
from accounts.sign_in_limits import count_code_request

_ASKED = "sign_in_code"
SIGN_IN = SignInCode.Purpose.SIGN_IN


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address and send a code there. The answer is the same for every address."""
    form, now = AskCodeForm(request.POST or None), timezone.now()
    if not form.is_valid():
        return render(request, "account/ask_code.html", {"form": form}, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"]
    try:
        count_code_request(request, email, now=now)
    except TooManyAttempts as error:
        form.add_error(None, error.detail)
        return render(request, "account/ask_code.html", {"form": form}, status=error.status)
    user = who_may_ask(email)
    issued = issue_code(user, purpose=SIGN_IN, now=now)
    mail_sign_in_code(request, email, user, issued)
    next_url = get_next_redirect_url(request, REDIRECT_FIELD_NAME)
    request.session[_ASKED] = {"id": str(issued.id), "email": email, "next": next_url}
    return redirect("accounts:enter-code")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code that was mailed, in the browser that asked for it."""
    asked = request.session.get(_ASKED)
    if asked is None:
        return redirect("accounts:ask-code")
    form, status = CodeForm(request.POST or None), 200
    if form.is_bound:
        status = 422
        user = _try_code(form, UUID(asked["id"])) if form.is_valid() else None
        if user is not None:
            del request.session[_ASKED]
            return _sign_in(request, user, asked["next"])
        _note_wrong(request)
    return render(request, "account/enter_code.html", {"form": form, "email": asked["email"]}, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def use_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a button (GET) and sign in when it is pressed (POST): scanners of mail open links, and use nothing up."""
    now = timezone.now()
    if request.method == "GET":
        return render(request, "account/use_link.html", {"is_open": link_is_open(secret, now=now)})
    user = redeem_link(secret, now=now)
    if user is None:
        return render(request, "account/use_link.html", {"is_open": False}, status=409)
    return _sign_in(request, user, None)


def _try_code(form: CodeForm, code_id: UUID) -> User | None:
    """Return whose code it is; else the form says what is wrong."""
    try:
        user = redeem_code(code_id, form.cleaned_data["code"], purpose=SIGN_IN, now=timezone.now())
    except TooManyAttempts:
        form.add_error("code", _("Too many wrong codes today. Use the link in the mail instead."))
        return None
    if user is None:
        form.add_error("code", _("This code is not right, or no longer valid. After five attempts you need a new one."))
    return user


def _sign_in(request: HttpRequest, user: User, next_url: str | None) -> HttpResponse:
    record_authentication(request, user, method="code")
    return perform_login(request, Login(user=user, email=user.email, redirect_url=next_url))


def _note_wrong(request: HttpRequest) -> None:
    note_event(SecurityEvent.Kind.SIGN_IN_FAILED, request=request, method="code")
