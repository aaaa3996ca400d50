"""Proving who you are by mail, for who has no password and no second factor."""

from uuid import UUID

from allauth.account.internal.flows.reauthentication import resume_request
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import CodeForm
from accounts.limits import TooManyAttempts
from accounts.mails import mail_proof_code
from accounts.models import SignInCode, User
from accounts.policy import requires, signed_in
from accounts.sign_in_codes import issue_code, redeem_code
from accounts.sign_in_limits import count_code_request
from accounts.step_up import note_proof_by_mail

_ASKED = "proof_code"
PROOF = SignInCode.Purpose.PROOF


@requires("sessions.view")
@never_cache
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Send a code to the user's own address on request, take it, and go on with what was asked."""
    user = signed_in(request)
    asked = request.session.get(_ASKED)
    form = CodeForm(request.POST if "code" in request.POST else None)
    context = {"form": form, "asked": asked, "email": user.email, "next": request.GET.get(REDIRECT_FIELD_NAME, "")}
    if "send" in request.POST:
        return _send(request, user, context)
    if form.is_bound and asked and form.is_valid() and _is_right(form, asked):
        del request.session[_ASKED]
        note_proof_by_mail(request, user)
        return resume_request(request) or redirect("today")
    return render(request, "account/prove.html", context, status=422 if form.is_bound else 200)


def _send(request: HttpRequest, user: User, context: dict[str, object]) -> HttpResponse:
    try:
        count_code_request(request, user.email, now=timezone.now())
    except TooManyAttempts as error:
        return render(request, "account/prove.html", {**context, "refusal": error.detail}, status=error.status)
    issued = issue_code(user, purpose=PROOF, now=timezone.now())
    mail_proof_code(request, user, issued)
    request.session[_ASKED] = str(issued.id)
    return render(request, "account/prove.html", {**context, "asked": True})


def _is_right(form: CodeForm, code_id: str) -> bool:
    try:
        found = redeem_code(UUID(code_id), form.cleaned_data["code"], purpose=PROOF, now=timezone.now())
    except TooManyAttempts as error:
        form.add_error("code", error.detail)
        return False
    if found is None:
        form.add_error("code", _("This code is not right, or no longer valid. After five attempts you need a new one."))
    return found is not None
