"""The outbox as the desk sees it, and what a patient wants to receive."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_access, record_accesses
from accounts.exceptions import InvalidInput
from accounts.policy import may, requires, signed_in
from patients.models import Patient
from scheduling.consents import choose, history_of, wishes_of
from scheduling.delivery import resend, settle
from scheduling.messages_page import STATES, filtered, read_filter, shown, troubles
from scheduling.models import Channel, Communication, ContactConsent

ROWS = 25


@require_GET
@requires("communications.view")
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what was, is and could not be sent, a page at a time."""
    user, asked = signed_in(request), read_filter(request.GET)
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=asked.patient) if asked.patient else None
    page = Paginator(filtered(user, asked), ROWS).get_page(request.GET.get("page"))
    rows = shown(page.object_list)
    record_accesses(request, {row.message.patient_id for row in rows}, "message list")
    trouble = troubles(user, now=timezone.now())
    counts = {"failed": trouble.failed, "unsure": trouble.unsure}
    context = {
        "page": page,
        "rows": rows,
        "asked": asked,
        "patient": patient,
        "states": [(key, label, counts.get(key, 0)) for key, (label, _statuses) in STATES.items()],
        "channels": [("", _("All channels")), *Channel.choices],
        "may_resend": may(user, "communications.resend"),
    }
    return render(request, "scheduling/messages.html", context)


@require_POST
@requires("communications.resend")
def resend_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a message be sent again that failed or is unsure."""
    row = resend(_message(request, pk), by=signed_in(request), now=timezone.now())
    stopped = row.status == Communication.Status.STOPPED
    sentence = _("A later message tells this as well.") if stopped else _("The message is sent again within a minute.")
    messages.success(request, sentence)
    return redirect(_back(request))


@require_POST
@requires("communications.resend")
def settle_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write off a message: the practice told the patient itself."""
    settle(_message(request, pk), by=signed_in(request), now=timezone.now())
    messages.success(request, _("The message is written off."))
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
@requires("consents.edit")
def consents(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show and change over which channels a patient wants messages."""
    patient = get_object_or_404(Patient.objects.visible_to(signed_in(request)), pk=patient_id)
    record_access(request, patient.pk, "messages")
    status = 200
    if request.method == "POST":
        try:
            take_choice(request, patient, ContactConsent.Source.DESK)
            return redirect("scheduling:consents", patient_id=patient.pk)
        except InvalidInput as refused:
            messages.error(request, refused.detail)
            status = refused.status
    context = {"patient": patient, "wishes": wishes_of(patient), "history": history_of(patient)}
    return render(request, "scheduling/consents.html", context, status=status)


def take_choice(request: HttpRequest, patient: Patient, source: str) -> None:
    """Write the choice that a form holds: `channel`, and `wants` (yes or no). Raises InvalidInput; 404 when unknown."""
    channel, wants = request.POST.get("channel", ""), request.POST.get("wants", "")
    if channel not in Channel.values or wants not in {"yes", "no"}:
        raise Http404
    choose(patient, channel, wants == "yes", source=source, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The choice is kept."))


def _message(request: HttpRequest, pk: UUID) -> Communication:
    row: Any = get_object_or_404(Communication.objects.visible_to(signed_in(request)), pk=pk)
    return row


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours and asked.startswith("/") else reverse("scheduling:messages")
