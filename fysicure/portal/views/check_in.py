"""After the end of a plan: is it still well, or is it back?"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.exceptions import InvalidInput
from accounts.policy import requires, signed_in
from fysicure.portal.forms import CheckInForm
from fysicure.portal.reading import is_running, own_patient, own_plan
from pathways.alarming_signs import alarming_signs
from pathways.definitions import definition_of
from pathways.models import CarePlan
from pathways.relapse import answer_check_in, due_check_in, report_relapse


@requires("portal.log")
@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest) -> HttpResponse:
    """Ask how it goes after the end, and keep the answer. "It is back" reaches the therapist."""
    patient, plan = own_patient(request, "check_in"), _ended_plan(request)
    reported = "reported" in request.GET
    form = CheckInForm(request.POST or None, initial={"is_back": "yes"} if reported else {})
    if request.method == "POST" and form.is_valid() and _kept(request, plan, form):
        return redirect("portal:home")
    signs = alarming_signs(definition_of(plan.pathway_version))
    context = {"patient": patient, "plan": plan, "form": form, "reported": reported, "signs": signs}
    return render(request, "portal/check_in.html", context, status=422 if form.errors else 200)


@requires("portal.log")
@require_POST
def it_is_back(request: HttpRequest) -> HttpResponse:
    """Let the therapist know with one tap; how bad it is may be said after it."""
    own_patient(request, "check_in")
    given: dict[str, Any] = {"by": signed_in(request), "now": timezone.now()}
    report_relapse(_ended_plan(request), nprs_worst=None, load_jumped=None, note="", **given)
    messages.success(request, _("Your physiotherapist knows, and calls you by the next working day."))
    return redirect(f"{reverse('portal:check-in')}?reported=1")


def _ended_plan(request: HttpRequest) -> CarePlan:
    plan = own_plan(signed_in(request))
    if plan is None or is_running(plan):
        raise Http404
    return plan


def _kept(request: HttpRequest, plan: CarePlan, form: CheckInForm) -> bool:
    """Keep the answer to the question that is due, or a report of its own; say beside the fields why not."""
    given = {**form.answer(), "by": signed_in(request), "now": timezone.now()}
    is_back = given.pop("is_back")
    due = due_check_in(plan, today=timezone.localdate(given["now"]))
    try:
        if due is not None:
            answer_check_in(due, is_back=is_back, **given)
        elif is_back:
            report_relapse(plan, **given)
    except InvalidInput as refused:
        form.take_errors(refused.errors)
        return False
    told = _("Your physiotherapist knows, and calls you by the next working day.")
    messages.success(request, told if is_back else _("Thank you. Good to hear."))
    return True
