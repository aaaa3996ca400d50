"""The calendar's fixed points in the admin. Visits are shown, not changed: the agenda does that, by the rules."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from scheduling.models import Appointment, Leave, Room, WorkingHours


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rooms of the practice."""

    list_display = ("name", "kind", "is_active")


@admin.register(WorkingHours)
class WorkingHoursAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Weekly hours of a practitioner."""

    list_display = ("practitioner", "weekday", "starts_at", "ends_at", "valid_from", "valid_until")
    list_filter = ("practitioner", "weekday")
    list_select_related = ("practitioner",)


@admin.register(Leave)
class LeaveAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Leave of a practitioner, or of the whole practice."""

    list_display = ("practitioner", "starts_at", "ends_at", "reason")
    list_filter = ("practitioner",)
    list_select_related = ("practitioner",)


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Visits, read only."""

    list_display = ("start", "end", "practitioner", "room", "type", "status")
    list_filter = ("status", "type", "practitioner")
    list_select_related = ("practitioner", "room")
    date_hierarchy = "start"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
