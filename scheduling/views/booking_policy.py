"""The owner's page with what patients may do with visits themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.edit_forms import answer_status
from accounts.policy import requires, signed_in
from accounts.versions import EditConflict
from scheduling.models import BookingPolicy, HealthcareService, booking_policy
from scheduling.patient_rights import late_words
from scheduling.policy_form import BookingPolicyForm, as_typed
from scheduling.practice_policy import keep_policy

_LANGUAGES = (("nl", "Nederlands"), ("fr", "Français"), ("en", "English"))


@require_http_methods(["GET", "POST"])
@requires("booking_policy.edit")
def booking_rules(request: HttpRequest) -> HttpResponse:
    """Show the rules for patients and save them; "preview" shows what patients will read, without saving."""
    policy = booking_policy()
    given = request.POST if request.method == "POST" else None
    form = BookingPolicyForm(given, instance=policy, initial={"version": as_typed(policy)["version"]})
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and "preview" not in request.POST:
        try:
            keep_policy(form.given(), version=form.version_seen(), by=signed_in(request))
        except EditConflict as conflict:
            form.take_over(conflict, as_typed)
        else:
            messages.success(request, _("The rules are saved. They hold from now on."))
            return redirect("scheduling:booking-rules")
    context = {
        "form": form,
        "read": _read(form.instance),
        "kinds": HealthcareService.objects.filter(patients_may_book=True),
        "may_open_admin": signed_in(request).is_staff,
    }
    part = "#read" if request.headers.get("HX-Target") == "read" else ""
    status = 200 if part or (is_valid and not form.clashes) else answer_status(form)
    return render(request, f"scheduling/booking_rules.html{part}", context, status=status)


def _read(policy: BookingPolicy) -> list[tuple[str, str, str, str]]:
    """What a patient reads who cancels late: language, its name, the first sentence and the practice's words."""
    found = []
    for code, name in _LANGUAGES:
        with override(code):
            sentence, words = late_words(policy, code)
        found.append((code, name, sentence, words))
    return found
