"""Registering, correcting and archiving a patient."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import record_access
from accounts.edit_forms import answer_status
from accounts.notices import Action, say
from accounts.policy import requires, signed_in
from accounts.versions import EditConflict
from patients.doctors import doctor_names
from patients.duplicates import Duplicate, likely_duplicates, number_warnings
from patients.exceptions import InvalidRecord, StillInCare
from patients.forms import PatientForm, as_typed
from patients.models import Patient
from patients.registration import archive, correct, register, unarchive

PAGE = "patients/edit.html"


@requires("patients.register")
@require_http_methods(["GET", "POST"])
def register_patient(request: HttpRequest) -> HttpResponse:
    """Register a patient; first show who may be the same person, and what in the national number does not fit."""
    form = PatientForm(request.POST or None)
    duplicates: list[Duplicate] = []
    warnings: list[str] = []
    if form.is_valid():
        duplicates, warnings = _concerns(form)
        if {str(row.patient.pk) for row in duplicates} | set(warnings) <= set(form.cleaned_data["seen"].split("|")):
            try:
                patient = register(by=signed_in(request), now=timezone.now(), **form.record())
                messages.success(request, _("%(name)s is registered.") % {"name": patient})
                return redirect("patients:chart", patient.pk)
            except InvalidRecord as error:
                form.refuse(error)
        form.show_again("|".join([*(str(row.patient.pk) for row in duplicates), *warnings]))
    context = {"form": form, "duplicates": duplicates, "warnings": warnings, "doctors": doctor_names()}
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def _concerns(form: PatientForm) -> tuple[list[Duplicate], list[str]]:
    """Return the likely duplicates, and what in the national number does not fit."""
    names = ("family_name", "given_name", "birth_date", "phone", "national_number")
    values = form.cleaned_data
    keys = {
        "national_number": values["national_number"],
        "birth_date": values["birth_date"],
        "gender": values["gender"],
    }
    return likely_duplicates(**{name: values[name] for name in names}), number_warnings(**keys)


@requires("patients.correct")
@require_http_methods(["GET", "POST"])
def edit_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Correct a patient's data. When someone else did so first, show what changed and keep what was typed."""
    user, now = signed_in(request), timezone.now()
    visible = Patient.objects.visible_to(user).select_related("general_practitioner")
    patient = get_object_or_404(visible, pk=patient_id)
    record_access(request, patient.pk, "details")
    form = PatientForm(request.POST or None, initial={**as_typed(patient), "version": patient.version})
    if form.is_valid():
        try:
            correct(patient, by=user, now=now, version=form.version_seen(), **form.record())
            messages.success(request, _("The data of %(name)s are corrected.") % {"name": patient})
            return redirect("patients:chart", patient.pk)
        except EditConflict as conflict:
            form.take_over(conflict, as_typed)
        except InvalidRecord as error:
            form.refuse(error)
    context = {"form": form, "patient": patient, "doctors": doctor_names()}
    return render(request, PAGE, context, status=answer_status(form))


@requires("patients.archive")
@require_POST
def archive_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Put a record in the archive, or take it out (`restore`)."""
    user = signed_in(request)
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=patient_id)
    act = unarchive if request.POST.get("restore") else archive
    try:
        patient = act(patient, by=user, now=timezone.now())
        words = _("%(name)s is in the archive.") if patient.archived_at else _("%(name)s is back in care.")
        undo = Action(_("Undo"), reverse("patients:archive", args=[patient.pk]), "undo-2", {"restore": "1"})
        say(request, words % {"name": patient}, *([undo] if patient.archived_at else []))
    except StillInCare as error:
        messages.error(request, error.detail)
    return redirect("patients:chart", patient.pk)
