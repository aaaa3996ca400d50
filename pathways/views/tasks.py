"""Ticking off what had to be done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit import record_access
from accounts.exceptions import InvalidInput
from accounts.policy import requires, signed_in
from pathways.decision_forms import OutcomeForm
from pathways.models import Task
from pathways.tasks import complete_task


@require_http_methods(["GET", "POST"])
@requires("tasks.complete")
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tick off a task, with what came of it; a referral is not done without."""
    task = get_object_or_404(Task.objects.visible_to(signed_in(request)).select_related("patient", "plan"), pk=pk)
    record_access(request, task.patient_id, "task")
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            complete_task(task, outcome=form.cleaned_data["outcome"], by=signed_in(request), now=timezone.now())
        except InvalidInput as refused:
            for why in refused.errors.values():
                form.add_error("outcome", why)
        else:
            messages.success(request, _("Task done."))
            return redirect(_back(request))
    status = 422 if form.errors else 200
    return render(request, "pathways/task.html", {"task": task, "form": form, "back": _back(request)}, status=status)


def _back(request: HttpRequest) -> str:
    """The page that the task was ticked off on, when it is one of ours."""
    wanted = request.POST.get("back", "") or request.GET.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if is_ours and wanted.startswith("/") else "/"
