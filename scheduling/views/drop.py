"""A visit that is dragged to another place on the agenda, and a change that is taken back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from scheduling.agenda_clash import is_soft, name_clash
from scheduling.booking import move
from scheduling.forms import DropForm
from scheduling.models import Appointment
from scheduling.undo import undo_last
from scheduling.views.agenda import asked_of, wants_board
from scheduling.views.visits import back, say_moved, visit_or_404


@require_POST
@requires("appointments.change")
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a visit to where it was put down, and show the agenda that is in the address; or say what is in the way."""
    visit = visit_or_404(request, pk)
    form = DropForm(request.POST)
    if not form.is_valid():
        return _refuse(request, visit, DomainError(_("This is no place for a visit.")), form, status=422)
    try:
        moved = move(visit, **form.target(), by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        return _refuse(request, visit, refused, form, status=refused.status)
    where = asked_of(request).address()
    say_moved(request, moved, where)
    return redirect(where)


@require_POST
@requires("appointments.change")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the last change of a visit back, when nobody changed it since."""
    visit = visit_or_404(request, pk)
    event = request.POST.get("event", "")
    if not event.isdecimal():
        raise Http404
    try:
        undone = undo_last(visit, event=int(event[:18]), by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        if not wants_board(request):
            raise
        return _refuse(request, visit, refused, DropForm(), status=refused.status)
    messages.success(request, _("Undone: %(visit)s.") % {"visit": undone.patient})
    return redirect(back(request, undone))


def _refuse(
    request: HttpRequest, visit: Appointment, refused: DomainError, form: DropForm, *, status: int
) -> HttpResponse:
    """Say why a visit stays where it is: what it clashes with, or which rule may be overruled with a reason."""
    context = {
        "visit": visit,
        "detail": refused.detail,
        "clashes": name_clash(refused, user=signed_in(request)),
        "form": form,
        "is_soft": is_soft(refused),
        "action": f"{reverse('scheduling:drop', args=[visit.pk])}?{request.GET.urlencode()}",
    }
    return render(request, "scheduling/_refusal.html", context, status=status)
