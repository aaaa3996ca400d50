"""Mijn privacy: what the practice does with the patient's data, what the patient allows, asks and takes along."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from accounts.step_up import step_up
from fysicure.portal.reading import own_patient
from fysicure.portal_role import as_application
from fysicure.privacy.download import handed_over
from fysicure.privacy.forms import ChoiceForm, OwnRequestForm
from patients.consents import ASKED, note_choice, standings_of
from patients.models import Consent, Patient, PrivacyRequest
from patients.privacy_requests import ask
from patients.privacy_texts import sections
from patients.restriction import restriction_of
from scheduling.consents import wishes_of

SHOWN = 20


@require_GET
@requires("portal.privacy")
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the notice, the patient's consents and requests, and the ways to take data along."""
    return _show(request, own_patient(request, "privacy"), OwnRequestForm())


@require_POST
@requires("portal.privacy")
def choose(request: HttpRequest) -> HttpResponse:
    """Keep a choice; withdrawing is one press, as giving is."""
    patient, form = own_patient(request, "privacy"), ChoiceForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = {"kind": form.cleaned_data["kind"], "choice": form.cleaned_data["choice"], "how": Consent.How.PORTAL}
    note_choice(patient, **given, by=signed_in(request), now=timezone.now())
    messages.success(request, _("Your choice is kept."))
    return redirect("portal:privacy")


@require_POST
@requires("portal.privacy")
def ask_practice(request: HttpRequest) -> HttpResponse:
    """Send a request to the practice, in the patient's own words."""
    patient, form = own_patient(request, "privacy"), OwnRequestForm(request.POST)
    if form.is_valid():
        try:
            how = PrivacyRequest.How.PORTAL
            row = ask(patient, **form.cleaned_data, how=how, by=signed_in(request), now=timezone.now())
        except DomainError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Sent. You get an answer before %(day)s.") % {"day": f"{row.due_on:%d/%m/%Y}"})
            return redirect("portal:privacy")
    return _show(request, patient, form, status=422)


@as_application
@require_POST
@requires("portal.privacy")
@step_up
def download(request: HttpRequest) -> Any:
    """Let the patient take everything along as one ZIP."""
    return handed_over(request, own_patient(request, "export"))


def _show(request: HttpRequest, patient: Patient, form: OwnRequestForm, *, status: int = 200) -> HttpResponse:
    standings, language = standings_of(patient), translation.get_language() or "nl"
    notice = standings.get("notice")
    rows = [standings[kind] for kind in ASKED if kind in standings]
    context = {
        "patient": patient,
        "notice": notice,
        "notice_text": sections(notice.text.body_in(language)) if notice else [],
        "consents": [(each, each.text.title_in(language), each.text.body_in(language)) for each in rows],
        "wishes": wishes_of(patient),
        "requests": patient.privacy_requests.order_by("-received_at", "-pk")[:SHOWN],
        "restriction": restriction_of(patient),
        "form": form,
    }
    return render(request, "portal/privacy.html", context, status=status)
