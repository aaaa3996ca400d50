"""Break-the-glass: why a colleague's record is opened, what the owner makes of it, and the answer."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access_reasons import give_reason, open_reasons, questions_for, review
from accounts.exceptions import InvalidInput
from accounts.models import AccessReason, AccessReview, Practitioner
from accounts.policy import requires, signed_in
from accounts.relations import Relation, ties
from patients.access_forms import AnswerForm, ReasonForm, ReviewForm
from patients.access_reviews import in_words, openings, stands_out
from patients.models import Patient

ROWS = 25


@require_http_methods(["GET", "POST"])
@requires("access.explain")
def ask_why(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask why a record outside the own patients is opened, then go on to the page that was asked for."""
    user, now = signed_in(request), timezone.now()
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=patient_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            give_reason(patient.pk, **form.cleaned_data, by=user, now=now)
            return redirect(_next(request, patient))
        except InvalidInput as refused:
            for name, why in refused.errors.items():
                form.add_error(name, why)
    accounts = {account for _patient, account in ties(Relation.TREATING, [patient.pk], now=now)}
    context = {
        "patient": patient,
        "form": form,
        "next": _next(request, patient),
        "treating": Practitioner.objects.filter(user__in=accounts),
    }
    return render(request, "patients/access_reason.html", context, status=422 if form.is_bound else 200)


def _next(request: HttpRequest, patient: Patient) -> str:
    """The page of ours to go on to, or the chart."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else reverse("patients:chart", args=[patient.pk])


@require_GET
@requires("access.review")
def reviews(request: HttpRequest) -> HttpResponse:
    """Show the openings that nobody looked at yet, and reading that stands out."""
    return _show(request)


@require_POST
@requires("access.review")
def review_opening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark an opening as seen, or ask for an explanation."""
    reason = get_object_or_404(AccessReason, pk=pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _show(request, reason, form, status=422)
    try:
        made = review(reason, **form.cleaned_data, by=signed_in(request), now=timezone.now())
    except InvalidInput as refused:
        form.add_error("note" if refused.errors else None, refused.detail)
        return _show(request, reason, form, status=422)
    is_seen = made.outcome == AccessReview.Outcome.SEEN
    messages.success(request, _("Marked as seen.") if is_seen else _("The question is asked."))
    return redirect("patients:access-reviews")


@require_http_methods(["GET", "POST"])
@requires("access.explain")
def explain(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the owner's question about an opening of one's own."""
    user = signed_in(request)
    reason = get_object_or_404(open_reasons().filter(user_id=user.pk), pk=pk)
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=reason.patient_id)
    question = reason.reviews.filter(outcome=AccessReview.Outcome.QUESTION).last()
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        outcome, note = AccessReview.Outcome.ANSWER, form.cleaned_data["note"]
        review(get_object_or_404(questions_for(user), pk=pk), outcome, note=note, by=user, now=timezone.now())
        messages.success(request, _("Your explanation is sent to the practice owner."))
        return redirect("today")
    context = {"reason": reason, "patient": patient, "question": question, "form": form}
    return render(request, "patients/access_explain.html", context, status=422 if form.is_bound else 200)


def _show(
    request: HttpRequest, wrong: AccessReason | None = None, form: ReviewForm | None = None, *, status: int = 200
) -> HttpResponse:
    page = Paginator(openings(), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": in_words(page),
        "wrong": wrong.pk if wrong else None,
        "form": form,
        "stands_out": stands_out(now=timezone.now()),
    }
    return render(request, "patients/access_reviews.html", context, status=status)
