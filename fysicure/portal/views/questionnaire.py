"""Questionnaires that the patient fills in at home: kept while typed, sent once, thanked for without a verdict."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from fysicure.portal.reading import is_running, own_patient, own_plan
from pathways.models import CarePlan, OutcomeResponse
from pathways.outcome_form import OutcomeForm, fresh_key
from pathways.outcomes import Due, outcomes_due, record_outcome

# The longest text of one box that is kept before it is sent.
LONGEST_TYPED = 200


@requires("portal.log")
@require_http_methods(["GET", "POST"])
def questionnaire(request: HttpRequest, key: str) -> HttpResponse:
    """Show what waits for an answer, keep it while it is typed, and take it when it is sent."""
    patient, user, now = own_patient(request, "questionnaire"), signed_in(request), timezone.now()
    plan = own_plan(user)
    if plan is None or not is_running(plan):
        return redirect("portal:home")
    due = next((each for each in outcomes_due(plan, now=now) if each.definition.key == key), None)
    if due is None or not due.for_patient:
        return _nothing_due(request, plan, key)
    draft = _draft(request, plan, due)
    typed = request.POST if request.method == "POST" else None
    form = OutcomeForm(typed, sheet=due.sheet, initial=draft or {"client_key": fresh_key()})
    if typed is not None:
        _keep_draft(request, plan, key, form.typed())
        answer = _answer(request, plan, due, form)
        if answer is not None:
            return answer
    context = {"patient": patient, "sheet": due.sheet, "form": form, "resumed": typed is None and len(draft) > 1}
    return render(request, "portal/questionnaire.html", context, status=200 if typed is None else 422)


def _answer(request: HttpRequest, plan: CarePlan, due: Due, form: OutcomeForm) -> HttpResponse | None:
    """Return where a post leads, or None when the page must say what is wrong."""
    asked = request.POST.get("do", "")
    if asked == "keep":
        return JsonResponse({"saved_at": f"{timezone.localtime(timezone.now()):%H:%M}"})
    if asked == "later":
        messages.success(request, _("Your answers are kept until you sign out."))
        return redirect("portal:home")
    if not form.is_valid():
        return None
    key = due.definition.key
    given: dict[str, Any] = {"by": signed_in(request), "now": timezone.now()}
    client_key = form.cleaned_data["client_key"]
    try:
        record_outcome(plan, key, form.answers(), source=OutcomeResponse.Source.PORTAL, client_key=client_key, **given)
    except DomainError as refused:
        form.take_errors(refused.errors or {"": refused.detail})
        return None
    request.session.pop(_name(plan, key), None)
    return redirect("portal:questionnaire", key=key)


def _nothing_due(request: HttpRequest, plan: CarePlan, key: str) -> HttpResponse:
    """Thank for what was sent; a page of a questionnaire that was never asked is not there."""
    rows = OutcomeResponse.objects.visible_to(signed_in(request)).select_related("instrument")
    last: OutcomeResponse | None = rows.filter(episode=plan.episode_id, instrument=key).first()
    if last is None and plan.status == CarePlan.Status.ON_HOLD:
        return redirect("portal:home")
    if last is None:
        raise Http404
    return render(request, "portal/questionnaire_done.html", {"last": last, "title": last.instrument.title})


def _name(plan: CarePlan, key: str) -> str:
    return f"questionnaire:{plan.pk}:{key}"


def _draft(request: HttpRequest, plan: CarePlan, due: Due) -> dict[str, str]:
    """What was typed before, to these words, and not sent. It lives in the session on the server, as long as that."""
    found: dict[str, str] = request.session.get(_name(plan, due.definition.key), {})
    text = due.sheet.text
    return found if found.get("text", "") == (str(text.pk) if text else "") else {}


def _keep_draft(request: HttpRequest, plan: CarePlan, key: str, typed: dict[str, str]) -> None:
    request.session[_name(plan, key)] = {name: value[:LONGEST_TYPED] for name, value in typed.items()}
