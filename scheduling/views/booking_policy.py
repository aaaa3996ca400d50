"""The owner's page with what patients may do with visits themselves."""

import pghistory
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.policy import requires, signed_in
from scheduling.models import BookingPolicy, HealthcareService, booking_policy
from scheduling.patient_rights import late_words
from scheduling.policy_form import BookingPolicyForm

_LANGUAGES = (("nl", "Nederlands"), ("fr", "Français"), ("en", "English"))


@require_http_methods(["GET", "POST"])
@requires("booking_policy.edit")
def booking_rules(request: HttpRequest) -> HttpResponse:
    """Show the rules for patients and save them; "preview" shows what patients will read, without saving."""
    form = BookingPolicyForm(request.POST if request.method == "POST" else None, instance=booking_policy())
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and "preview" not in request.POST:
        with pghistory.context(user=str(signed_in(request).pk)):
            form.save()
        messages.success(request, _("The rules are saved. They hold from now on."))
        return redirect("scheduling:booking-rules")
    context = {
        "form": form,
        "read": _read(form.instance),
        "kinds": HealthcareService.objects.filter(patients_may_book=True),
        "may_open_admin": signed_in(request).is_staff,
    }
    part = "#read" if request.headers.get("HX-Target") == "read" else ""
    status = 422 if request.method == "POST" and not is_valid and not part else 200
    return render(request, f"scheduling/booking_rules.html{part}", context, status=status)


def _read(policy: BookingPolicy) -> list[tuple[str, str, str, str]]:
    """What a patient reads who cancels late: language, its name, the first sentence and the practice's words.

    The portal speaks Dutch and English; the words in French go into messages.
    """
    found = []
    for code, name in _LANGUAGES:
        with override(code):
            sentence, words = late_words(policy, code)
        found.append((code, name, sentence if code in dict(settings.LANGUAGES) else "", words))
    return found
