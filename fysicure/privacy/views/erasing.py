"""Erasing a record in two steps, the certificate of it, and the records whose time is over."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import record_access
from accounts.models import User
from accounts.policy import requires, signed_in
from accounts.step_up import step_up
from fysicure.privacy.forms import ConfirmForm
from fysicure.privacy.tabs import owner_tabs
from patients.erasure import erase, prospect
from patients.models import Erasure, Patient
from patients.retention import last_contacts, retention_due, retention_over

ROWS = 25


@require_http_methods(["GET", "POST"])
@requires("privacy.erase")
@step_up
def erase_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what an erasure takes and what stays; after the typed name, erase for good."""
    user, now = signed_in(request), timezone.now()
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=patient_id)
    record_access(request, patient.pk, "erasure")
    form = ConfirmForm(request.POST or None, expected=patient.family_name)
    if request.method == "POST" and form.is_valid():
        erasure = erase(patient, by=user, now=now)
        messages.success(request, _("The record is erased."))
        return redirect("privacy:certificate", erasure.pk)
    context = {"patient": patient, "form": form, "seen": prospect(patient, now=now)}
    return render(request, "privacy/erase.html", context, status=422 if form.errors else 200)


@require_GET
@requires("privacy.manage")
def erasures(request: HttpRequest) -> HttpResponse:
    """List the erasures, the latest first."""
    rows = Erasure.objects.prefetch_related("proofs")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "privacy/erasures.html", {"page": page, "tabs": owner_tabs(signed_in(request), "erasures")})


@require_GET
@requires("privacy.manage")
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the certificate of an erasure, fit to print."""
    erasure = get_object_or_404(Erasure, pk=pk)
    by = User.objects.filter(pk=erasure.erased_by_id).first() if erasure.erased_by_id else None
    context = {"erasure": erasure, "proof": erasure.proofs.first(), "by": by}
    return render(request, "privacy/certificate.html", context)


@require_GET
@requires("privacy.manage")
def retention(request: HttpRequest) -> HttpResponse:
    """List the records past 30 years, and past 50."""
    now = timezone.now()
    is_over = request.GET.get("show") == "over"
    page = Paginator(retention_over(now) if is_over else retention_due(now), ROWS).get_page(request.GET.get("page"))
    last = last_contacts(row.pk for row in page.object_list)
    context = {
        "page": page,
        "rows": [(row, last.get(row.pk)) for row in page.object_list],
        "is_over": is_over,
        "tabs": owner_tabs(signed_in(request), "retention"),
    }
    return render(request, "privacy/retention.html", context)
