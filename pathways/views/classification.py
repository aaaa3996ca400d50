"""The classification of an intake, and the start of the plan."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record_access
from accounts.policy import requires, signed_in
from pathways.classification import worse_first
from pathways.classification_page import running_plan, side_pages
from pathways.definitions import definition_of
from pathways.exceptions import PlanRefused
from pathways.models import Classification
from pathways.plans import needs_reason, offers_both, start_plan
from patients.models import IntakeResponse

STRATEGIES = [
    ("cadence", gettext_lazy("higher cadence")),
    ("step_width", gettext_lazy("wider steps")),
    ("knee_window", gettext_lazy("knees apart")),
    ("trunk", gettext_lazy("trunk upright")),
    ("none", gettext_lazy("change nothing for now")),
]


class StartForm(forms.Form):
    """What the therapist chooses when a plan starts."""

    gait_strategy = forms.ChoiceField(
        label=gettext_lazy("Running strategy"),
        choices=STRATEGIES,
        initial="none",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Chosen for this runner; never automatic."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why this plan"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    consent = forms.BooleanField(label=gettext_lazy("The patient agrees with this plan"), required=True)

    def __init__(self, *args: Any, row: Classification | None, **kwargs: Any) -> None:
        """`row` is the classification that the plan would start from: it says what there is to choose."""
        super().__init__(*args, **kwargs)
        running = definition_of(row.pathway_version).running if row else None
        known = running.cadence.get("strategies", {}) if running else {}
        if known:
            offered = cast(forms.ChoiceField, self.fields["gait_strategy"])
            offered.choices = [choice for choice in STRATEGIES if choice[0] in known]
        else:
            del self.fields["gait_strategy"]
        both = row.side if row and offers_both(row) else ""
        if both:
            one = gettext_lazy("the left side only") if both == "L" else gettext_lazy("the right side only")
            self.fields["side"] = forms.ChoiceField(
                label=gettext_lazy("For which side"),
                choices=[("both", gettext_lazy("both sides in one plan")), (both, one)],
                initial="both",
                widget=forms.RadioSelect,
                help_text=gettext_lazy("Without a healthy side to compare with, strength is judged by your own test."),
            )


@require_GET
@requires("classification.view")
def classification(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what the rule made of an intake, with its reasons. The key is that of the intake."""
    intake = get_object_or_404(_intakes(request), pk=pk)
    record_access(request, intake.episode.patient_id, "classification")
    if intake.status != IntakeResponse.Status.COMPLETED:
        return redirect("pathways:intake", pk=pk)
    return _show(request, intake)


@require_POST
@requires("plans.start")
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Start the plan of a classification."""
    rows = Classification.objects.visible_to(signed_in(request)).select_related("pathway_version", "episode")
    row = get_object_or_404(rows, pk=pk)
    record_access(request, row.episode.patient_id, "classification")
    intake = get_object_or_404(_intakes(request), pk=row.intake_id)
    form = StartForm(request.POST, row=row)
    form.fields["reason"].required = needs_reason(row)
    if not form.is_valid():
        return _show(request, intake, form, status=422)
    try:
        plan = start_plan(row, **form.cleaned_data, by=signed_in(request), now=timezone.now())
    except PlanRefused as refused:
        form.add_error(None, refused.detail)
        return _show(request, intake, form, status=409)
    messages.success(request, _("The plan has started. Its visits wait to be booked."))
    return redirect("pathways:plan", pk=plan.pk)


def _intakes(request: HttpRequest) -> QuerySet[IntakeResponse]:
    rows: QuerySet[IntakeResponse] = IntakeResponse.objects.visible_to(signed_in(request))
    return rows.select_related("episode__patient", "questionnaire", "encounter__practitioner")


def _show(
    request: HttpRequest, intake: IntakeResponse, form: StartForm | None = None, status: int = 200
) -> HttpResponse:
    found = intake.classifications.select_related("pathway_version__pathway")
    sides = side_pages(worse_first(found))
    form = form or StartForm(row=sides[0].row if sides else None)
    form.fields["reason"].required = any(side.needs_reason for side in sides[:1])
    context = {
        "intake": intake,
        "patient": intake.episode.patient,
        "sides": sides,
        "plan": running_plan(sides[0].row) if sides else None,
        "form": form,
        "tasks": list(intake.episode.tasks.open()),
    }
    return render(request, "pathways/classification.html", context, status=status)
