"""What the practice proposes to the patient, and what the patient asked: agree, refuse, another moment, take back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from fysicure.portal.appointments import moment_words, visible_proposals
from fysicure.portal.reading import own_patient
from fysicure.portal.views.visits import choose
from fysicure.portal.visit_forms import MomentForm
from scheduling.exceptions import BookingRefused
from scheduling.models import Proposal, booking_policy
from scheduling.patient_rights import rights_for
from scheduling.proposals import accept, decline, propose_instead, withdraw


@requires("portal.appointments")
@require_GET
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a moment that the practice proposes, with the ways to answer; a message may lead here."""
    row = _proposal(request, pk)
    rights_for(None, policy=booking_policy(), now=timezone.now()).see.require()
    if row.status != Proposal.Status.NEEDS_ACTION or row.origin != Proposal.Origin.PRACTICE:
        return redirect("portal:visits")
    return _show(request, row)


@requires("portal.appointments")
@require_POST
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to what the practice proposes; when the moment is gone, say so and show the next ones."""
    row, now = _proposal(request, pk), timezone.now()
    try:
        visit = accept(row, by=signed_in(request), now=now)
    except BookingRefused as refused:
        return _show(request, row, refused=refused)
    messages.success(request, _("Agreed: %(moment)s. See you then.") % {"moment": moment_words(visit.start)})
    return redirect("portal:visits")


@requires("portal.appointments")
@require_POST
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Refuse what the practice proposes."""
    decline(_proposal(request, pk), by=signed_in(request), now=timezone.now())
    messages.success(request, _("The practice knows that this moment does not suit you."))
    return redirect("portal:visits")


@requires("portal.appointments")
@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back a question."""
    withdraw(_proposal(request, pk), by=signed_in(request), now=timezone.now())
    messages.success(request, _("Your question is taken back."))
    return redirect("portal:visits")


@requires("portal.appointments")
@require_http_methods(["GET", "POST"])
def other_moment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask another moment instead of the one that the practice proposes."""
    row, now = _proposal(request, pk), timezone.now()
    rights_for(row.appointment, policy=booking_policy(), now=now).ask.require()
    form = MomentForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _show(request, row, form=form, status=422 if request.method == "POST" else 200)
    chosen = {name: form.cleaned_data[name] for name in ("practitioner", "start", "message")}
    propose_instead(row, **chosen, by=signed_in(request), now=now)
    messages.success(request, _("Asked. You read the answer of the practice here."))
    return redirect("portal:visits")


def _proposal(request: HttpRequest, pk: UUID) -> Proposal:
    own_patient(request, "visits")
    row: Proposal = get_object_or_404(visible_proposals(signed_in(request)), pk=pk)
    return row


def _show(
    request: HttpRequest,
    row: Proposal,
    *,
    refused: DomainError | None = None,
    form: MomentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_ask = rights_for(row.appointment, policy=booking_policy(), now=timezone.now()).ask.is_open
    shows_moments = may_ask and (refused is not None or form is not None)
    minutes = row.appointment.minutes if row.appointment is not None else row.minutes
    asked = {"practitioner": row.practitioner, "minutes": minutes, "type": row.type}
    choice = choose(request, around=timezone.localdate(row.start), **asked) if shows_moments else None
    context = {
        "row": row,
        "form": form or MomentForm(),
        "choice": choice,
        "may_ask": may_ask,
        "practitioner": row.practitioner,
        "lost": moment_words(row.start) if refused is not None else "",
        "refused": refused.detail if refused is not None else "",
    }
    return render(request, "portal/visits_offer.html", context, status=refused.status if refused else status)
