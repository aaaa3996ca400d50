"""Which messages the patient wants to receive."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InvalidInput
from accounts.policy import requires
from fysicure.portal.app import push_key
from fysicure.portal.reading import own_patient
from scheduling.consents import history_of, wishes_of
from scheduling.models import ContactConsent
from scheduling.views.communications import take_choice


@require_http_methods(["GET", "POST"])
@requires("portal.appointments")
def messages_page(request: HttpRequest) -> HttpResponse:
    """Let the patient choose reminders and messages by e-mail or text message, each apart, and see earlier choices."""
    patient = own_patient(request, "messages")
    status = 200
    if request.method == "POST":
        try:
            take_choice(request, patient, ContactConsent.Source.PORTAL)
            return redirect("portal:messages")
        except InvalidInput as refused:
            messages.error(request, refused.detail)
            status = refused.status
    context = {"patient": patient, "wishes": wishes_of(patient), "history": history_of(patient)}
    context["push_key"] = push_key()
    return render(request, "portal/messages.html", context, status=status)
