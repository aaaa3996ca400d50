"""The register of requests about data, as the desk and the owner work through it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import record_access, record_accesses
from accounts.exceptions import DomainError
from accounts.models import User
from accounts.policy import may, requires, signed_in
from fysicure.privacy.forms import AnswerForm
from fysicure.privacy.tabs import owner_tabs
from patients.models import PrivacyRequest
from patients.privacy_requests import answer, open_counts, register

ROWS = 25
SHOWS = ("open", "late", "all")


@require_GET
@requires("privacy.correct")
def requests_register(request: HttpRequest) -> HttpResponse:
    """List the requests: open ones by due day, those that are late, or all."""
    user, today = signed_in(request), timezone.localdate()
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    page = Paginator(register(user, show=show, today=today), ROWS).get_page(request.GET.get("page"))
    record_accesses(request, {row.patient_id for row in page.object_list}, "privacy")
    counts = open_counts(today=today)
    context = {
        "page": page,
        "show": show,
        "today": today,
        "counts": counts,
        "filters": [("open", _("Open"), counts["open"]), ("late", _("Late"), counts["late"]), ("all", _("All"), 0)],
        "tabs": owner_tabs(user, "requests"),
    }
    return render(request, "privacy/requests.html", context)


@require_http_methods(["GET", "POST"])
@requires("privacy.correct")
def answer_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a request in the patient's words, and answer it: done, or refused with the reason."""
    user = signed_in(request)
    if not reads_words(user):
        raise PermissionDenied
    rows = PrivacyRequest.objects.visible_to(user).select_related("patient", "answered_by", "recorded_by")
    row = get_object_or_404(rows, pk=pk)
    record_access(request, row.patient_id, "privacy")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer(
                row, accepted=given["accepted"] == "yes", answer=given["answer"], corrected=given["corrected"],
                by=user, now=timezone.now(),
            )  # fmt: skip
            return redirect("privacy:requests")
        except DomainError as refused:
            form.refuse(refused)
    context = {"row": row, "form": form, "today": timezone.localdate(), "may_see_chart": may(user, "patients.view")}
    return render(request, "privacy/request.html", context, status=422 if form.errors else 200)


def reads_words(user: User) -> bool:
    """Whether a user may read a patient's own words: they can be about the complaint, so reception may not."""
    return may(user, "clinical.view") or may(user, "privacy.manage")
