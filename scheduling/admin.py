"""The calendar's fixed points in the admin. What has a life of its own (visits, messages …) is shown, not changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.admin_edits import EditCheckedAdmin
from patients.admin import Noted, ReadOnlyAdmin
from patients.models import Encounter
from scheduling.models import (
    Appointment,
    AppointmentSeries,
    BookingPolicy,
    CalendarFeed,
    Communication,
    Equipment,
    ExtraHours,
    HealthcareService,
    Leave,
    Proposal,
    Room,
    WaitingListEntry,
    WorkingHours,
)
from scheduling.visit_needs import USUAL


@admin.register(Room)
class RoomAdmin(EditCheckedAdmin):
    """Rooms of the practice."""

    list_display = ("name", "kind", "is_active")


@admin.register(WorkingHours)
class WorkingHoursAdmin(EditCheckedAdmin):
    """Weekly hours of a practitioner."""

    list_display = ("practitioner", "weekday", "starts_at", "ends_at", "valid_from", "valid_until")
    list_filter = ("practitioner", "weekday")
    list_select_related = ("practitioner",)


@admin.register(Leave)
class LeaveAdmin(EditCheckedAdmin):
    """Leave of a practitioner, or of the whole practice."""

    list_display = ("practitioner", "starts_at", "ends_at", "reason")
    list_filter = ("practitioner",)
    list_select_related = ("practitioner",)


@admin.register(ExtraHours)
class ExtraHoursAdmin(EditCheckedAdmin):
    """Time on which a practitioner works besides the weekly hours."""

    list_display = ("practitioner", "starts_at", "ends_at", "reason")
    list_filter = ("practitioner",)
    list_select_related = ("practitioner",)


@admin.register(Equipment)
class EquipmentAdmin(EditCheckedAdmin):
    """Devices, and the room in which each stands."""

    list_display = ("name", "kind", "room", "is_active")
    list_select_related = ("room",)


class HealthcareServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """The needs of a kind of visit; only kinds that can be booked have them."""

    class Meta:
        model = HealthcareService
        fields = (
            "type",
            "minutes",
            "longest_minutes",
            "buffer_before",
            "buffer_after",
            "room_kinds",
            "equipment_kind",
            "patients_may_book",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(name, Encounter.Kind(name).label) for name in USUAL]  # type: ignore[attr-defined]
        kinds = ", ".join(f"{kind.value} ({kind.label})" for kind in Room.Kind)
        self.fields["room_kinds"].help_text = _("Leave empty when no room is needed. Kinds: %(kinds)s.") % {
            "kinds": kinds
        }


@admin.register(HealthcareService)
class HealthcareServiceAdmin(EditCheckedAdmin):
    """What each kind of visit needs."""

    form = HealthcareServiceForm
    list_display = ("type", "minutes", "buffer_before", "buffer_after", "equipment_kind", "patients_may_book")


@admin.register(BookingPolicy)
class BookingPolicyAdmin(EditCheckedAdmin):
    """The practice's rules for patients: one row."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not BookingPolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Appointment)
class AppointmentAdmin(Noted, ReadOnlyAdmin):
    """Visits. Not for what: the episode is named after the complaint."""

    exclude = ("episode",)
    list_display = ("start", "end", "practitioner", "room", "equipment", "type", "status")
    list_filter = ("status", "type", "practitioner")
    list_select_related = ("practitioner", "room", "equipment")
    date_hierarchy = "start"


@admin.register(AppointmentSeries)
class AppointmentSeriesAdmin(Noted, ReadOnlyAdmin):
    """Visits that were booked together."""

    list_display = ("created_at", "count", "weekdays", "booked_by")
    list_select_related = ("booked_by",)


@admin.register(WaitingListEntry)
class WaitingListEntryAdmin(Noted, ReadOnlyAdmin):
    """Who waits for a visit. Not for what: the episode is named after the complaint."""

    exclude = ("episode",)
    list_display = ("created_at", "type", "minutes", "earliest", "latest", "priority", "status")
    list_filter = ("status", "priority", "type")


@admin.register(Proposal)
class ProposalAdmin(Noted, ReadOnlyAdmin):
    """Moments that one side proposes."""

    list_display = ("made_at", "origin", "start", "end", "practitioner", "status")
    list_filter = ("status", "origin", "practitioner")
    list_select_related = ("practitioner",)


@admin.register(Communication)
class CommunicationAdmin(ReadOnlyAdmin):
    """Messages: how each fares and when; never to whom, and never what it says."""

    fields = ("kind", "channel", "status", "attempts", "created_at", "due_at", "claimed_at", "sent_at")
    list_display = ("created_at", "kind", "channel", "status", "attempts", "due_at", "sent_at")
    list_filter = ("status", "kind", "channel")


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Calendars that other programs read; the secret is not kept, its digest is not shown."""

    fields = ("practitioner", "created_by", "created_at", "revoked_at", "last_read_at")
    list_display = ("created_at", "practitioner", "revoked_at", "last_read_at")
    list_select_related = ("practitioner",)
