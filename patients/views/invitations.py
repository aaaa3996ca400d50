"""Inviting a patient to the portal from the chart, and the patient's answer."""

import datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.limits import Limit, limit
from accounts.mails import absolute
from accounts.models import SecurityEvent
from accounts.notices import Action, say
from accounts.policy import requires, signed_in
from accounts.security_log import address_of, note_event
from patients.forms import BirthDateForm
from patients.invitations import InvitationEnded, InvitationRefused, WrongBirthDate, accept, invite, is_open, withdraw
from patients.models import Patient

PAGE = "account/accept_invitation.html"
_PER_PATIENT = Limit(5, datetime.timedelta(hours=1))
_PER_ADDRESS = Limit(30, datetime.timedelta(minutes=10))


@requires("portal.invite")
@require_POST
def invite_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Send a patient the link into the portal, or send it again: the earlier link ends."""
    user, now = signed_in(request), timezone.now()
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=patient_id)
    limit(f"invite:{patient.pk}", _PER_PATIENT, now=now)
    try:
        secret = invite(patient, by=user, now=now)
    except InvitationRefused as error:
        messages.error(request, error.detail)
        return redirect("patients:chart", patient.pk)
    note_event(SecurityEvent.Kind.INVITED, request=request, patient_id=patient.pk)
    try:
        _mail(request, patient, secret)
    except OSError:
        withdraw(patient, now=now)
        messages.error(request, _("The mail could not be sent. Try again in a while."))
    else:
        messages.success(request, _("The invitation is on its way."))
    return redirect("patients:chart", patient.pk)


@requires("portal.invite")
@require_POST
def withdraw_invitation(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """End an invitation that is under way."""
    patient = get_object_or_404(Patient.objects.visible_to(signed_in(request)), pk=patient_id)
    if withdraw(patient, now=timezone.now()):
        note_event(SecurityEvent.Kind.INVITED, request=request, patient_id=patient.pk, deed="withdrawn")
        again = Action(_("Invite again"), reverse("patients:invite", args=[patient.pk]), "send", {"again": "1"})
        say(request, _("The invitation is withdrawn: its link no longer works."), again)
    return redirect("patients:chart", patient.pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for the birth date, make the account and sign in. An invitation that ended looks like one that never was."""
    now, form = timezone.now(), BirthDateForm(request.POST or None)
    if request.method == "POST":
        limit(f"accept-from:{address_of(request)}", _PER_ADDRESS, now=now)
    if form.is_valid():
        try:
            user = accept(secret, birth_date=form.cleaned_data["birth_date"], now=now)
        except WrongBirthDate as error:
            form.add_error("birth_date", error.detail)
        except InvitationEnded as error:
            return render(request, PAGE, {"is_open": False}, status=error.status)
        else:
            note_event(SecurityEvent.Kind.INVITATION_USED, request=request, user_id=user.pk, patient_id=user.patient.pk)
            record_authentication(request, user, method="invitation")
            return perform_login(request, Login(user=user, email=user.email, redirect_url=reverse("today")))
    context = {"form": form, "is_open": is_open(secret, now=now)}
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def _mail(request: HttpRequest, patient: Patient, secret: str) -> None:
    """Send the link, in the language of the patient."""
    link = absolute(request, reverse("accept-invitation", args=[secret]))
    context = {"request": request, "link": link, "language": patient.language}
    get_adapter(request).send_mail("account/email/invitation", patient.email, context)
