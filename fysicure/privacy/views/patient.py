"""One patient's choices, requests and freeze, as staff see and note them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.policy import may, requires, signed_in
from accounts.step_up import step_up
from fysicure.privacy.account import erase_account
from fysicure.privacy.download import handed_over
from fysicure.privacy.forms import ChoiceForm, DeskRequestForm, KeepForm, ReasonForm
from fysicure.privacy.views.requests import reads_words
from patients.consents import note_choice, standings_of
from patients.models import Consent, Patient
from patients.privacy_requests import ask
from patients.restriction import lift, restrict, restriction_of
from patients.retention import keep_longer
from scheduling.consents import wishes_of

SHOWN = 20
PAGE = "privacy/patient.html"


@require_GET
@requires("privacy.consents")
def patient_privacy(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what a patient chose and asked, and whether the record is frozen."""
    return _show(request, _patient(request, patient_id))


@require_POST
@requires("privacy.consents")
def note_consent(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note a choice that the patient made at the desk or on paper."""
    patient, form = _patient(request, patient_id), ChoiceForm(request.POST)
    if not form.is_valid() or form.cleaned_data["how"] not in {Consent.How.DESK, Consent.How.PAPER}:
        raise Http404
    note_choice(patient, **form.cleaned_data, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The choice is kept."))
    return redirect("privacy:patient", patient.pk)


@require_POST
@requires("privacy.consents")
def note_request(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note what a patient asks about the own data."""
    patient, form = _patient(request, patient_id), DeskRequestForm(request.POST)
    if form.is_valid():
        try:
            row = ask(patient, **form.cleaned_data, by=signed_in(request), now=timezone.now())
        except DomainError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Noted. Answer before %(day)s.") % {"day": f"{row.due_on:%d/%m/%Y}"})
            return redirect("privacy:patient", patient.pk)
    return _show(request, patient, request_form=form, status=422)


@require_POST
@requires("privacy.manage")
def freeze(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Freeze a record, or lift the freeze; each with its reason."""
    patient, form = _patient(request, patient_id), ReasonForm(request.POST)
    frozen = restriction_of(patient)
    if not form.is_valid():
        return _show(request, patient, freeze_form=form, status=422)
    reason, by, now = form.cleaned_data["reason"], signed_in(request), timezone.now()
    if frozen is None:
        restrict(patient, reason=reason, by=by, now=now)
        messages.success(request, _("The record is frozen: it may be read, and nothing in it may change."))
    else:
        lift(frozen, because=reason, by=by, now=now)
        messages.success(request, _("The freeze is lifted. Tell the patient."))
    return redirect("privacy:patient", patient.pk)


@require_POST
@requires("privacy.manage")
def keep(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Decide to keep a record past its 30 years."""
    patient, form = _patient(request, patient_id), KeepForm(request.POST)
    if not form.is_valid():
        return _show(request, patient, keep_form=form, status=422)
    try:
        keep_longer(patient, **form.cleaned_data, by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        form.refuse(refused)
        return _show(request, patient, keep_form=form, status=422)
    messages.success(request, _("The record is kept. The reason stands with it."))
    return redirect("privacy:retention")


@require_POST
@requires("privacy.export")
@step_up
def export_patient(request: HttpRequest, patient_id: UUID) -> Any:
    """Hand everything of a patient over as one ZIP."""
    return handed_over(request, _patient(request, patient_id, part="export"))


@require_POST
@requires("privacy.erase")
@step_up
def erase_portal_account(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Erase the portal account, the messages and the consents, while the record stays."""
    patient = _patient(request, patient_id)
    erase_account(patient, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The portal account is erased. The record stays as long as the law asks."))
    return redirect("privacy:patient", patient.pk)


def _patient(request: HttpRequest, patient_id: UUID, *, part: str = "privacy") -> Patient:
    """Return a patient whom the user may know of, once it is noted that this part of the record is read or written."""
    found: Patient = get_object_or_404(Patient.objects.visible_to(signed_in(request)), pk=patient_id)
    record_access(request, found.pk, part)
    return found


def _show(request: HttpRequest, patient: Patient, *, status: int = 200, **forms: Any) -> HttpResponse:
    user = signed_in(request)
    history = patient.consents.select_related("text", "made_by").order_by("-made_at", "-pk")
    context = {
        "patient": patient,
        "standings": standings_of(patient),
        "wishes": wishes_of(patient),
        "history": history[:SHOWN],
        "requests": patient.privacy_requests.order_by("-received_at", "-pk")[:SHOWN],
        "restriction": restriction_of(patient),
        "reads_words": reads_words(user),
        "manages": may(user, "privacy.manage"),
        "today": timezone.localdate(),
        "request_form": DeskRequestForm(),
        "freeze_form": ReasonForm(),
        "keep_form": KeepForm(),
        **forms,
    }
    return render(request, PAGE, context, status=status)
