"""Today, and the plan: what to do, why, and what is needed for the next phase."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.policy import requires, signed_in
from fysicure.portal.app import push_key
from fysicure.portal.forms import MorningForm
from fysicure.portal.kept import asked_later
from fysicure.portal.meaning import contact_text
from fysicure.portal.reading import home_of, own_patient, own_plan, plan_page_of
from pathways.definitions import definition_of


@requires("portal.view")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show today: the morning-after question, the light, whether to run, the exercises, the next visit."""
    patient = own_patient(request, "portal")
    found = home_of(patient, signed_in(request), timezone.now())
    context = {"home": found, "morning": MorningForm(), "contact_text": contact_text(), "push_key": push_key()}
    if found.plan and found.questions:
        context["asked"] = asked_later(found.questions, definition_of(found.plan.pathway_version).lights)
    return render(request, "portal/home.html", context)


@requires("portal.view")
@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """Show the whole plan: phases, exercises, what was explained, and what it rests on."""
    patient, user = own_patient(request, "plan"), signed_in(request)
    found = plan_page_of(own_plan(user), timezone.now())
    return render(request, "portal/plan.html", {"patient": patient, "found": found, "contact_text": contact_text()})
