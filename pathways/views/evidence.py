"""What the pathways rest on, whether somebody still looks after it, and how often the rules are overruled."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.exceptions import InvalidInput
from accounts.policy import may, requires, signed_in
from accounts.relations import treated_by
from pathways.evidence import evidence_list
from pathways.evidence_reviews import leaning_plans, overdue_reviews, review_reference, review_states
from pathways.models import Reference, ReferenceReview
from pathways.override_ledger import ledger

NEXT_REVIEW = datetime.timedelta(days=2 * 365)


class ReviewForm(forms.Form):
    """What somebody found when looking at a publication again."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What did you find?"), choices=ReferenceReview.Outcome, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    review_due = forms.DateField(
        label=gettext_lazy("Look again before"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@require_GET
@requires("evidence.view")
def evidence(request: HttpRequest) -> HttpResponse:
    """List the publications with their strength, what they showed, and which rules lean on each."""
    today = timezone.localdate()
    context = {
        "groups": evidence_list(review_states(today=today)),
        "overdue": overdue_reviews(today=today),
        "can_review": may(request.user, "evidence.review"),
    }
    return render(request, "pathways/evidence.html", context)


@require_http_methods(["GET", "POST"])
@requires("evidence.review")
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Look at one publication again: what it says, who leans on it, and what came of earlier reviews."""
    reference = get_object_or_404(Reference, pk=key)
    today = timezone.localdate()
    form = ReviewForm(request.POST or None, initial={"review_due": today + NEXT_REVIEW})
    if request.method == "POST" and form.is_valid():
        try:
            review_reference(reference, **form.cleaned_data, by=signed_in(request), on=today, now=timezone.now())
        except InvalidInput as refused:
            for name, why in refused.errors.items():
                form.add_error(name, why)
        else:
            messages.success(request, _("The review is kept."))
            return redirect("pathways:evidence")
    return render(request, "pathways/review.html", _review_page(request, reference, form), status=_status(form))


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200


def _review_page(request: HttpRequest, reference: Reference, form: forms.Form) -> dict[str, Any]:
    """The owner sees how many plans lean on it; who they are is for those who treat them."""
    leaning, user = leaning_plans(reference), signed_in(request)
    near = treated_by(user, {row.plan.patient_id for row in leaning}, now=timezone.now())
    return {
        "reference": reference,
        "state": review_states(today=timezone.localdate())[reference.key],
        "reviews": reference.reviews.select_related("reviewed_by"),
        "leaning": leaning,
        "near": near if may(user, "plans.view") else set(),
        "form": form,
    }


@require_GET
@requires("decisions.review")
def override_ledger(request: HttpRequest) -> HttpResponse:
    """Show how often each rule was overruled, why, and how those patients fared. No patient is named."""
    return render(request, "pathways/override_ledger.html", {"ledger": ledger(now=timezone.now())})
