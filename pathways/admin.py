"""The admin site's view of pathways and plans: to look things up. What must not change is read-only here too."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest

from accounts.policy import may
from pathways.definitions import TEXTS
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    EducationItem,
    Exercise,
    ExercisePrescription,
    FollowUp,
    Goal,
    Pathway,
    PathwayVersion,
    Phase,
    Reference,
    Task,
)
from patients.admin import Clinical


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that the domain functions write: shown, never changed by hand, so that no rule is passed by."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False


@admin.register(Pathway)
class PathwayAdmin(ReadOnly):
    list_display = ("slug", "title")


@admin.register(PathwayVersion)
class PathwayVersionAdmin(ReadOnly):
    list_display = ("pathway", "number", "published_at", "checksum")
    list_filter = ("pathway",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave the long texts in the database until one version is opened."""
        return super().get_queryset(request).defer(*TEXTS)


@admin.register(Exercise)
class ExerciseAdmin(ReadOnly):
    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Reference)
class ReferenceAdmin(ReadOnly):
    list_display = ("key", "authors", "year", "strength", "doi")
    list_filter = ("strength",)
    search_fields = ("key", "authors", "title", "doi")


class PhaseInline(admin.TabularInline):  # type: ignore[type-arg]
    """The phases of a plan, to look at."""

    model = Phase
    extra = 0
    can_delete = False
    fields = readonly_fields = ("ordinal", "key", "title", "status", "started_on", "completed_on")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As their plan."""
        return may(request.user, "clinical.view")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Phases come with the plan."""
        return False


@admin.register(CarePlan)
class CarePlanAdmin(Clinical, ReadOnly):
    list_display = ("patient", "pathway", "side", "course", "status", "practitioner", "started_on", "ended_on")
    list_filter = ("status", "course", "practitioner")
    list_select_related = ("patient", "practitioner")
    search_fields = ("patient__family_name", "patient__given_name")
    date_hierarchy = "started_on"
    inlines = (PhaseInline,)

    @admin.display(ordering="pathway_version__pathway_id")
    def pathway(self, plan: CarePlan) -> str:
        """The pathway and its version."""
        return f"{plan.pathway_slug} v{plan.version_number}"  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read only the name and number of the version, not its text."""
        names = {"pathway_slug": F("pathway_version__pathway_id"), "version_number": F("pathway_version__number")}
        return super().get_queryset(request).annotate(**names)


@admin.register(Phase)
class PhaseAdmin(Clinical, ReadOnly):
    list_display = ("plan_id", "ordinal", "key", "title", "status", "started_on", "completed_on")
    list_filter = ("status", "key")


@admin.register(Goal)
class GoalAdmin(Clinical, ReadOnly):
    list_display = ("plan_id", "description", "lifecycle_status", "due_on")
    list_filter = ("lifecycle_status",)


@admin.register(ExercisePrescription)
class ExercisePrescriptionAdmin(Clinical, ReadOnly):
    list_display = ("plan_id", "exercise", "dosage", "per_week", "is_optional")
    list_filter = ("exercise",)
    list_select_related = ("exercise",)


@admin.register(EducationItem)
class EducationItemAdmin(Clinical, ReadOnly):
    list_display = ("plan_id", "key", "given_at", "given_by")
    list_select_related = ("given_by",)


@admin.register(Classification)
class ClassificationAdmin(Clinical, ReadOnly):
    list_display = ("made_at", "episode", "side", "outcome", "made_by")
    list_filter = ("outcome",)
    list_select_related = ("episode", "made_by")


@admin.register(Decision)
class DecisionAdmin(Clinical, ReadOnly):
    list_display = ("made_at", "plan_id", "kind", "from_phase", "to_phase", "proposal", "made_by")
    list_filter = ("kind", "proposal")
    list_select_related = ("made_by",)


@admin.register(Task)
class TaskAdmin(Clinical, ReadOnly):
    list_display = ("due_at", "patient", "kind", "urgency", "status", "description")
    list_filter = ("status", "kind", "urgency")
    list_select_related = ("patient",)


@admin.register(DiaryEntry)
class DiaryEntryAdmin(Clinical, ReadOnly):
    list_display = ("started_at", "patient", "kind", "side", "pre", "during", "after", "next", "distance_km")
    list_filter = ("kind",)
    list_select_related = ("patient",)


@admin.register(FollowUp)
class FollowUpAdmin(Clinical, ReadOnly):
    list_display = ("week", "plan_id", "window_start", "window_end", "type", "is_dropped")
    list_filter = ("type", "is_dropped")
