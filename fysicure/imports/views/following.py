"""An import from the check on: progress, outcome, importing, undoing, clearing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_accesses
from accounts.models import SecurityEvent
from accounts.policy import requires, signed_in
from accounts.security_log import note_event
from accounts.step_up import step_up
from fysicure.imports.jobs import begin_soon
from fysicure.imports.pages import BUSY, facts_of_run, facts_of_undo, next_step, shown
from fysicure.imports.reaching import import_of
from fysicure.imports.rows import tab_of
from patients.data_import.clearing import clear
from patients.data_import.error_file import error_file
from patients.data_import.steps import ask_to_check, ask_to_run, ask_to_undo, may_be_asked
from patients.exceptions import StepRefused
from patients.models import DataImport

Status = DataImport.Status
ASK = {"checking": ask_to_check, "running": ask_to_run, "undoing": ask_to_undo}


def _ask(request: HttpRequest, data_import: DataImport, step: str) -> HttpResponse:
    """Ask for a step and show how far it is. Asked for a second time, it changes nothing and the page says why."""
    try:
        begin_soon(ASK[step](data_import, by=signed_in(request), now=timezone.now()))
    except StepRefused as refused:
        messages.info(request, refused.detail)
    return redirect("imports:show", pk=data_import.pk)


@require_GET
@requires("data.import")
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far an import is, and of one that stands still a page of its rows by outcome."""
    data_import = import_of(signed_in(request), pk)
    if data_import.status == Status.DRAFT and data_import.cleared_at is None:
        return redirect("imports:columns", pk=pk)
    context = {"page": shown(data_import)}
    if data_import.status not in BUSY:
        tab = tab_of(data_import, request.GET.get("rows", ""), request.GET.get("page", ""), now=timezone.now())
        record_accesses(request, tab.patient_ids, "patient list")
        context |= tab.context()
    return render(request, "imports/show.html", context)


@require_GET
@requires("data.import")
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the bar alone, for the page that asks each second; when the step is over that page is loaded anew."""
    data_import = import_of(signed_in(request), pk)
    if not request.headers.get("HX-Request"):
        return redirect("imports:show", pk=pk)
    response = render(request, "imports/_progress.html", {"page": shown(data_import)})
    if data_import.status not in BUSY:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "POST"])
@requires("data.import")
@step_up
def run_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what importing does; then do it, in the background. A second time changes nothing."""
    data_import = import_of(signed_in(request), pk)
    page = shown(data_import)
    if request.method == "POST":
        return _ask(request, data_import, "running")
    if not page.run_label:
        return redirect("imports:show", pk=pk)
    context = {"page": page, "title": page.run_label, "label": page.run_label, "facts": facts_of_run(data_import)}
    return render(request, "imports/confirm.html", context)


@require_http_methods(["GET", "POST"])
@requires("data.import")
@step_up
def undo_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what undoing does; then do it, in the background. A second time changes nothing."""
    data_import = import_of(signed_in(request), pk)
    page = shown(data_import)
    if request.method == "POST":
        return _ask(request, data_import, "undoing")
    if not page.may_undo:
        return redirect("imports:show", pk=pk)
    context = {"page": page, "title": _("Undo this import"), "label": _("Undo"), "facts": facts_of_undo(data_import)}
    return render(request, "imports/confirm.html", context | {"is_danger": True})


@require_POST
@requires("data.import")
def go_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take up a step that stopped halfway, where it was."""
    data_import = import_of(signed_in(request), pk)
    step = next_step(data_import, may_be_asked(data_import))
    return _ask(request, data_import, step) if step else redirect("imports:show", pk=pk)


@require_POST
@requires("data.import")
def clear_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Clear what stands in the rows, before its time."""
    try:
        clear(import_of(signed_in(request), pk), by=signed_in(request), now=timezone.now())
    except StepRefused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("The rows of this file were cleared."))
    return redirect("imports:show", pk=pk)


@require_GET
@requires("data.import")
def errors(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the refused rows as they were, with why, to mend and import again. The download is an event."""
    data_import = import_of(signed_in(request), pk)
    content = "\ufeff" + "".join(error_file(data_import))  # the mark lets a spreadsheet read it as UTF-8
    note_event(SecurityEvent.Kind.EXPORTED, request=request, data_import=str(pk))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{timezone.localdate()}.csv"'
    return response
