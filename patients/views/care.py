"""Episodes of care and the doctors' orders behind them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access_reasons import readable
from accounts.audit import record_access
from accounts.edit_forms import answer_status
from accounts.exceptions import DomainError
from accounts.notices import Action, say
from accounts.policy import may, requires, signed_in
from accounts.versions import EditConflict
from patients.doctors import doctor_names
from patients.episodes import correct_episode, open_episode
from patients.forms import EpisodeForm, PrescriptionForm, RefusableForm, episode_as_typed, prescription_as_typed
from patients.models import EpisodeOfCare, Patient, Prescription
from patients.prescriptions import add_prescription, correct_prescription


def _sees_clinical(request: HttpRequest, patient: Patient) -> bool:
    """Whether the form shows what is the matter; note the opening. Colleagues without a reason get the desk's form."""
    sees = may(signed_in(request), "clinical.view") and patient.pk in readable(request, [patient.pk])
    record_access(request, patient.pk, "episode" if sees else "episode of the desk")
    return sees


def _page(request: HttpRequest, form: RefusableForm, patient: Patient, title: str) -> HttpResponse:
    context = {"form": form, "patient": patient, "title": title, "doctors": doctor_names()}
    return render(request, "patients/care_form.html", context, status=answer_status(form))


@requires("patients.correct")
@require_http_methods(["GET", "POST"])
def add_episode(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Begin an episode of care."""
    user, now = signed_in(request), timezone.now()
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=patient_id)
    initial = {"started_on": timezone.localdate(now), "status": EpisodeOfCare.Status.ACTIVE}
    form = EpisodeForm(request.POST or None, initial=initial, sees_clinical=_sees_clinical(request, patient))
    if form.is_valid():
        try:
            open_episode(patient, by=user, now=now, **form.given())
            messages.success(request, _("The episode is added."))
            return redirect("patients:chart", patient.pk)
        except DomainError as error:
            form.refuse(error)
    return _page(request, form, patient, _("New episode"))


@requires("patients.correct")
@require_http_methods(["GET", "POST"])
def edit_episode(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Correct, close or reopen an episode of care."""
    user, now = signed_in(request), timezone.now()
    visible = EpisodeOfCare.objects.visible_to(user).select_related("patient", "referrer", "practitioner")
    episode = get_object_or_404(visible, pk=episode_id)
    initial, sees_clinical = episode_as_typed(episode), _sees_clinical(request, episode.patient)
    form = EpisodeForm(request.POST or None, initial=initial, episode=episode, sees_clinical=sees_clinical)
    if form.is_valid():
        try:
            saved = correct_episode(episode, by=user, now=now, version=form.version_seen(), **form.given())
            again = Action(_("Correct or reopen"), reverse("patients:edit-episode", args=[saved.pk]), "pencil")
            say(request, _("The episode is saved."), *([again] if saved.ended_on else []))
            return redirect("patients:chart", episode.patient_id)
        except EditConflict as conflict:
            form.take_over(conflict, episode_as_typed)
        except DomainError as error:
            form.refuse(error)
    return _page(request, form, episode.patient, _("Episode"))


@requires("prescriptions.edit")
@require_http_methods(["GET", "POST"])
def new_prescription(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Add a doctor's order to an episode."""
    user = signed_in(request)
    visible = EpisodeOfCare.objects.visible_to(user).select_related("patient", "referrer")
    episode = get_object_or_404(visible, pk=episode_id)
    initial = {"doctor": episode.referrer.name if episode.referrer else ""}
    form = PrescriptionForm(
        request.POST or None, initial=initial, sees_clinical=_sees_clinical(request, episode.patient)
    )
    if form.is_valid():
        try:
            add_prescription(episode, by=user, now=timezone.now(), **form.given())
            messages.success(request, _("The prescription is added."))
            return redirect("patients:chart", episode.patient_id)
        except DomainError as error:
            form.refuse(error)
    return _page(request, form, episode.patient, _("New prescription"))


@requires("prescriptions.edit")
@require_http_methods(["GET", "POST"])
def edit_prescription(request: HttpRequest, prescription_id: UUID) -> HttpResponse:
    """Correct a doctor's order."""
    user = signed_in(request)
    visible = Prescription.objects.visible_to(user).select_related("episode__patient", "prescriber")
    row = get_object_or_404(visible, pk=prescription_id)
    initial, sees_clinical = prescription_as_typed(row), _sees_clinical(request, row.episode.patient)
    form = PrescriptionForm(request.POST or None, initial=initial, sees_clinical=sees_clinical)
    if form.is_valid():
        try:
            correct_prescription(row, by=user, now=timezone.now(), version=form.version_seen(), **form.given())
            messages.success(request, _("The prescription is saved."))
            return redirect("patients:chart", row.episode.patient_id)
        except EditConflict as conflict:
            form.take_over(conflict, prescription_as_typed)
        except DomainError as error:
            form.refuse(error)
    return _page(request, form, row.episode.patient, _("Prescription"))
