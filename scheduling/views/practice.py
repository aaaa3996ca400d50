"""Where and when the practice works: the owner's pages for rooms and for the week of each physiotherapist."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner
from accounts.policy import requires, signed_in
from scheduling.models import Room
from scheduling.practice_forms import ChangeRoomForm, HoursForm, RoomForm, as_room
from scheduling.rooms import RoomChanged, add_room, change_room, set_in_use
from scheduling.views.booking import add_refusal
from scheduling.weekly_hours import USUAL_WEEK, HoursChanged, keep_week, mark_of, week_of, without_hours
from scheduling.weeks_page import weeks


@require_http_methods(["GET", "POST"])
@requires("rooms.manage")
def rooms(request: HttpRequest) -> HttpResponse:
    """List the rooms and add one; the page comes back with an empty form, so that the next is added in a row."""
    form = RoomForm(request.POST or None)
    if form.is_valid():
        try:
            room = add_room(**form.cleaned_data, by=signed_in(request))
        except InvalidInput as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("%(name)s can be booked from now on.") % {"name": room.name})
            return redirect("scheduling:rooms")
    context = {"rooms": Room.objects.order_by("-is_active", "name", "id"), "form": form}
    return render(request, "scheduling/rooms.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@requires("rooms.manage")
def edit_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the name or the kind of a room right."""
    room, status = get_object_or_404(Room, pk=pk), 200
    form = ChangeRoomForm(request.POST or None, initial=as_room(room))
    if form.is_bound:
        status = 422
    if form.is_valid():
        try:
            change_room(pk, **form.values(), by=signed_in(request))
        except RoomChanged as conflict:
            form = ChangeRoomForm(
                {**as_room(conflict.room), "name": form["name"].value(), "kind": form["kind"].value()}
            )
            form.add_error(None, conflict.detail)
            status = conflict.status
        except InvalidInput as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The room is changed."))
            return redirect("scheduling:rooms")
    return render(request, "scheduling/room.html", {"room": room, "form": form}, status=status)


@require_POST
@requires("rooms.manage")
def use_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a room out of use, or back into it (in_use=1)."""
    get_object_or_404(Room, pk=pk)
    in_use = request.POST.get("in_use") == "1"
    room, visits = set_in_use(pk, in_use=in_use, by=signed_in(request), now=timezone.now())
    if in_use:
        messages.success(request, _("%(name)s can be booked from now on.") % {"name": room.name})
    elif visits:
        sentence = ngettext(
            "%(name)s is out of use. %(count)d visit to come still stands there: move it.",
            "%(name)s is out of use. %(count)d visits to come still stand there: move them.",
            visits,
        )
        messages.warning(request, sentence % {"name": room.name, "count": visits})
    else:
        messages.success(request, _("%(name)s is out of use.") % {"name": room.name})
    return redirect("scheduling:rooms")


@require_GET
@requires("hours.manage")
def hours(request: HttpRequest) -> HttpResponse:
    """List the week of each physiotherapist. Two queries."""
    return render(request, "scheduling/hours.html", {"weeks": weeks(on=timezone.localdate())})


@require_http_methods(["GET", "POST"])
@requires("hours.manage")
def edit_hours(request: HttpRequest, practitioner_id: UUID) -> HttpResponse:
    """Show the week of a physiotherapist, the usual one when there is none yet, and keep what is typed."""
    today, status = timezone.localdate(), 200
    person = get_object_or_404(Practitioner, pk=practitioner_id, is_active=True)
    found = week_of(person, on=today)
    others = without_hours(on=today).exclude(pk=person.pk).count()
    first = {"since": today, "seen": mark_of(person, on=today)}
    form = HoursForm(request.POST or None, initial=first, week=found or USUAL_WEEK, others=others)
    if form.is_bound:
        status = 422
    if form.is_valid():
        refused = _keep(request, person, form)
        if refused is None:
            return redirect("scheduling:hours")
        status = refused
    stands = weeks(on=today, of=person)[0].days if status == HoursChanged.status else ()
    context = {"person": person, "form": form, "is_new": not found, "stands": stands}
    return render(request, "scheduling/hours_edit.html", context, status=status)


def _keep(request: HttpRequest, person: Practitioner, form: HoursForm) -> int | None:
    """Keep the week of a valid form and say so; else put the refusal beside its box and return the status."""
    given, today = form.cleaned_data, timezone.localdate()
    values = {"since": given["since"], "seen": given["seen"], "everybody": bool(given.get("everybody"))}
    try:
        written = keep_week(person, form.stretches(), **values, by=signed_in(request), today=today)
    except InvalidInput as refused:
        form.take_refusal(refused)
        return 422
    except HoursChanged as conflict:
        data = request.POST.copy()
        data["seen"] = mark_of(person, on=today)
        form.data = data
        form.add_error(None, conflict.detail + " " + _("Look at what stands there now, then save again."))
        return conflict.status
    names = ", ".join(each.name for each in written)
    messages.success(request, _("The hours of %(names)s are kept.") % {"names": names})
    return None
