"""What the owner does about colleagues' access: reset a lost second factor, sign somebody out everywhere."""

import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import ResetFactorForm
from accounts.limits import Limit, TooManyAttempts, limit
from accounts.models import Role, SecurityEvent, User
from accounts.policy import requires, signed_in
from accounts.second_factor import REAL_FACTORS, ResetReason, ResetRefused, reset_second_factor
from accounts.security_log import note_event
from accounts.sessions import IDLE, end_sessions
from accounts.step_up import step_up

WITNESS = Limit(5, datetime.timedelta(minutes=15))


def _colleagues() -> QuerySet[User]:
    """Who works here: everyone but patients; with a factor or not, and in how many places at work now."""
    at_work = Count("devices", filter=Q(devices__last_seen_at__gt=timezone.now() - IDLE))
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=REAL_FACTORS)
    return User.objects.exclude(role=Role.PATIENT).annotate(has_factor=Exists(factors), places=at_work)


@requires("sessions.end")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List colleagues: whether they have a second factor, and in how many places they are signed in. Two queries."""
    page = Paginator(_colleagues().order_by("-is_active", "name", "id"), 50).get_page(request.GET.get("page"))
    return render(request, "account/people.html", {"page": page, "me": request.user.pk})


@requires("second_factor.reset")
@step_up
@require_http_methods(["GET", "POST"])
def reset_factor(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Take away a colleague's second factor, when a third one saw who it is and says so with the own password."""
    owner = signed_in(request)
    colleague = get_object_or_404(_colleagues(), pk=user_id)
    witnesses = _colleagues().filter(is_active=True).exclude(pk__in=[owner.pk, colleague.pk])
    form = ResetFactorForm(request.POST or None, witnesses=witnesses)
    if form.is_valid() and _witness_is_there(form):
        witness, reason = form.cleaned_data["witness"], ResetReason(form.cleaned_data["reason"])
        try:
            reset_second_factor(colleague, by=owner, witness=witness, reason=reason, request=request)
        except ResetRefused as error:
            form.add_error(None, error.detail)
        else:
            messages.success(request, _("The second factor is gone. At the next sign-in a new one is set up."))
            return redirect("accounts:people")
    context = {"form": form, "colleague": colleague, "alone": not witnesses}
    return render(request, "account/reset_factor.html", context, status=422 if form.is_bound else 200)


@requires("sessions.end")
@require_POST
def end_all(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Sign a user out everywhere."""
    user = get_object_or_404(User, pk=user_id)
    count = end_sessions(user.pk)
    note_event(SecurityEvent.Kind.SESSIONS_ENDED, request=request, subject_id=user.pk, count=count)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": user})
    return redirect("accounts:people")


def _witness_is_there(form: ResetFactorForm) -> bool:
    """Check the witness's password, five times at most."""
    witness = form.cleaned_data["witness"]
    try:
        limit(f"witness:{witness.pk}", WITNESS, now=timezone.now())
    except TooManyAttempts as error:
        form.add_error(None, error.detail)
        return False
    if not witness.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This password is not right."))
        return False
    return True
