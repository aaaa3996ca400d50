"""The owner's pages of the audit. Each look at them is an event itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit_chain import head
from accounts.audit_check import check_audit, last_check
from accounts.models import SecurityEvent, User
from accounts.policy import may, requires, signed_in
from accounts.security_log import note_event
from accounts.step_up import step_up
from fysicure.audit.asked import Asked, AskForm
from fysicure.audit.changes import changes
from fysicure.audit.csv_file import changes_csv, events_csv, readings_csv
from fysicure.audit.rows import event_row, events, names_of, page_of, reading_row, readings
from fysicure.tasks import verify_audit
from patients.models import Patient
from patients.search import search

FILES: dict[str, Callable[[Asked, User], tuple[str, int]]] = {
    "reads": readings_csv,
    "events": events_csv,
    "changes": changes_csv,
}
FIELDS = {"reads": ("user", "part"), "events": ("user", "kind"), "changes": ("user",)}
# More links than this are verified by a job, not while the owner waits.
AT_ONCE = 100_000


@require_http_methods(["GET", "POST"])
@requires("audit.view")
def reads(request: HttpRequest) -> HttpResponse:
    """Show who opened which record; a POST searches the patient to look for, so that no name stands in an address."""
    text = request.POST.get("q", "").strip()[:120]
    found = search(signed_in(request), text).all if text else None
    asked, context = _asked(request, "reads")
    page = page_of(readings(asked))
    names = names_of((row.user_id for row in page.rows), (row.patient_id for row in page.rows), signed_in(request))
    rows = [reading_row(row, names) for row in page.rows]
    return render(request, "audit/reads.html", context | {"rows": rows, "more": page.more, "found": found, "q": text})


@require_GET
@requires("audit.view")
def events_page(request: HttpRequest) -> HttpResponse:
    """Show what happened to accounts, rights and records as a whole."""
    asked, context = _asked(request, "events")
    page = page_of(events(asked))
    people = [pk for row in page.rows for pk in (row.user_id, row.subject_id)]
    names = names_of(people, (row.patient_id for row in page.rows), signed_in(request))
    rows = [event_row(row, names) for row in page.rows]
    return render(request, "audit/events.html", context | {"rows": rows, "more": page.more})


@require_GET
@requires("audit.view")
def changes_page(request: HttpRequest) -> HttpResponse:
    """Show who changed what; of records only which fields."""
    asked, context = _asked(request, "changes")
    page = changes(asked)
    names = names_of((row.user_id for row in page.rows), (), signed_in(request))
    rows = [{"change": row, "who": "" if row.job else names.user(row.user_id)} for row in page.rows]
    return render(request, "audit/changes.html", context | {"rows": rows, "more": page.more})


@require_GET
@requires("audit.export")
@step_up
def export(request: HttpRequest, what: str) -> HttpResponse:
    """Give the rows of a question as a file; the export is an event."""
    if what not in FILES:
        raise Http404
    form = AskForm(request.GET, fields=FIELDS[what], today=timezone.localdate())
    if not form.is_valid():
        return redirect(f"audit:{what}")
    asked = form.asked()
    text, count = FILES[what](asked, signed_in(request))
    told: dict[str, Any] = {"audit": what, "rows": count, **asked.noted}
    note_event(SecurityEvent.Kind.EXPORTED, request=request, patient_id=asked.patient, **told)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{what}-{timezone.localdate()}.csv"'
    return response


@require_POST
@requires("audit.view")
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the chain now; a long one is left to a job."""
    position, _hash = head()
    if position > AT_ONCE:
        verify_audit.defer()
        messages.info(request, _("The audit is being verified. The result stands here in a few minutes."))
    elif check_audit(by=signed_in(request)).found:
        messages.error(request, _("The audit is broken. Nothing may be changed now: call who looks after the server."))
    else:
        messages.success(request, _("The audit is whole."))
    return redirect("audit:reads")


def _asked(request: HttpRequest, tab: str) -> tuple[Asked, dict[str, Any]]:
    """Return the question of a page and what every page shows; that the owner looked is noted."""
    form = AskForm(request.GET, fields=FIELDS[tab], today=timezone.localdate())
    is_valid = form.is_valid()
    if not is_valid:
        form.cleaned_data = {}
    asked = form.asked()
    note_event(SecurityEvent.Kind.AUDIT_VIEWED, request=request, patient_id=asked.patient, tab=tab, **asked.noted)
    user = signed_in(request)
    patient = Patient.objects.visible_to(user).filter(pk=asked.patient).first() if asked.patient else None
    query = request.GET.copy()
    query.pop("before", None)
    kept = {"patient": str(asked.patient)} if asked.patient else {}
    labels = {"reads": _("Reads"), "events": _("Events"), "changes": _("Changes")}
    context = {
        "tab": tab,
        "tabs": [
            {"label": label, "active": name == tab, "url": reverse(f"audit:{name}", query=kept)}
            for name, label in labels.items()
        ],
        "form": form,
        "asked": asked,
        "patient": patient,
        "check": last_check(),
        "export_url": reverse("audit:export", args=[tab], query=query) if may(user, "audit.export") else "",
    }
    return asked, context
