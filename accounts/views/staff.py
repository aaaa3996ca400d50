"""The owner invites a colleague, and sends an invitation again."""

import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.exceptions import InvalidInput
from accounts.limits import Limit, limit
from accounts.mails import mail_staff_invitation
from accounts.models import Role, SecurityEvent, User
from accounts.policy import requires, signed_in
from accounts.security_log import note_event
from accounts.staff import NotInvited, check_open, invite_colleague, next_colour
from accounts.staff_forms import InviteForm
from accounts.step_up import step_up

_PER_COLLEAGUE = Limit(5, datetime.timedelta(hours=1))


@requires("staff.invite")
@step_up
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make the account of a colleague and mail the link with which it begins; then the next one can be invited."""
    form = InviteForm(request.POST or None, initial={"colour": next_colour()})
    if form.is_valid():
        try:
            colleague = invite_colleague(**form.cleaned_data, by=signed_in(request))
        except InvalidInput as refused:
            for name, sentences in refused.errors.items():
                form.add_error(name, sentences)
        else:
            kind, fields = SecurityEvent.Kind.ACCOUNT_CHANGED, ["is_active", "role"]
            note_event(kind, request=request, subject_id=colleague.pk, fields=fields, role=colleague.role, active=True)
            _send(request, colleague)
            return redirect("accounts:people")
    return render(request, "account/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("staff.invite")
@step_up
@require_POST
def invite_again(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Mail the link once more to a colleague who has no password yet."""
    colleague = get_object_or_404(User.objects.exclude(role=Role.PATIENT), pk=user_id)
    try:
        check_open(colleague)
    except NotInvited as refused:
        messages.error(request, refused.detail)
        return redirect("accounts:people")
    limit(f"invite-staff:{colleague.pk}", _PER_COLLEAGUE, now=timezone.now())
    _send(request, colleague)
    return redirect("accounts:people")


def _send(request: HttpRequest, colleague: User) -> None:
    """Mail the link; the account stays when the mail does not leave, and the page says so."""
    try:
        mail_staff_invitation(request, colleague)
    except OSError:
        sentence = _("The account is made, but the mail could not be sent. Send the invitation again in a while.")
        messages.error(request, sentence)
    else:
        messages.success(request, _("The invitation of %(name)s is on its way.") % {"name": colleague.name})
