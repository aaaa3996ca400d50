"""The record in the admin site: for the rare repair. Clinical rows open only for those who treat."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts.admin_edits import EditCheckedAdmin
from accounts.audit import record_access
from accounts.policy import may
from patients.models import (
    Encounter,
    EpisodeOfCare,
    ExternalPractitioner,
    IntakeResponse,
    Measure,
    Observation,
    Patient,
    Prescription,
    Questionnaire,
)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that nobody adds, changes or deletes here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NoDeletion:
    """Clinical and administrative rows end by their status; nothing is deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Clinical:
    """Rows that say what is the matter: closed to the owner as such, superuser or not (accounts.policy)."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "clinical.view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "clinical.view")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open a row, and note whose it is."""
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is not None and self.has_view_permission(request):
            record_access(request, row.patient_id if hasattr(row, "patient_id") else row.episode.patient_id, "admin")
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)  # type: ignore[misc]
        return response


class ClinicalChangeable(NoDeletion, Clinical):
    """Clinical rows that may be corrected here; the history keeps the old values."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "clinical.view")


@admin.register(Patient)
class PatientAdmin(NoDeletion, EditCheckedAdmin):
    list_display = ("family_name", "given_name", "birth_date", "city", "archived_at")
    list_filter = ("archived_at", "gender", "language", "country")
    search_fields = ("name_folded", "phone", "email")
    readonly_fields = ("version", "created_at", "archived_at")
    raw_id_fields = ("general_practitioner", "user")
    date_hierarchy = "created_at"

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open a patient, and note it."""
        row = self.get_object(request, object_id)
        if row is not None:
            record_access(request, row.pk, "admin")
        return super().change_view(request, object_id, *args, **kwargs)


@admin.register(ExternalPractitioner)
class ExternalPractitionerAdmin(EditCheckedAdmin):
    list_display = ("name", "city", "phone", "nihdi_number")
    search_fields = ("name", "city", "nihdi_number")


@admin.register(EpisodeOfCare)
class EpisodeAdmin(ClinicalChangeable, EditCheckedAdmin):
    list_display = ("reason", "patient", "status", "practitioner", "started_on", "ended_on")
    list_filter = ("status", "practitioner", "side")
    search_fields = ("patient__name_folded", "reason")
    raw_id_fields = ("patient", "referrer")
    list_select_related = ("patient", "practitioner")
    date_hierarchy = "started_on"


@admin.register(Prescription)
class PrescriptionAdmin(ClinicalChangeable, EditCheckedAdmin):
    list_display = ("prescriber", "episode", "prescribed_on", "sessions_ordered")
    search_fields = ("episode__patient__name_folded", "prescriber__name")
    raw_id_fields = ("episode", "prescriber")
    list_select_related = ("prescriber", "episode")
    date_hierarchy = "prescribed_on"


@admin.register(Encounter)
class EncounterAdmin(Clinical, ReadOnlyAdmin):
    list_display = ("started_at", "kind", "patient", "practitioner", "status")
    list_filter = ("kind", "status", "practitioner")
    search_fields = ("patient__name_folded",)
    list_select_related = ("patient", "practitioner")
    date_hierarchy = "started_at"


@admin.register(IntakeResponse)
class IntakeResponseAdmin(Clinical, ReadOnlyAdmin):
    list_display = ("updated_at", "questionnaire", "episode", "status", "revision")
    list_filter = ("status",)
    list_select_related = ("questionnaire", "episode")


@admin.register(Observation)
class ObservationAdmin(Clinical, ReadOnlyAdmin):
    list_display = ("effective_at", "measure", "side", "value", "unit", "patient", "entered_by")
    list_filter = ("side",)
    search_fields = ("patient__name_folded", "measure__key")
    list_select_related = ("measure", "patient", "entered_by")
    date_hierarchy = "effective_at"


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    list_display = ("key", "label", "type", "unit", "minimum", "maximum")
    list_filter = ("type",)
    search_fields = ("key", "label")


@admin.register(Questionnaire)
class QuestionnaireAdmin(ReadOnlyAdmin):
    list_display = ("slug", "version", "title")
    search_fields = ("slug", "title")


class HistoryAdmin(ReadOnlyAdmin):
    """What a row was after each write, and who wrote."""

    list_display = ("pgh_created_at", "pgh_label", "pgh_obj_id", "author")
    list_filter = ("pgh_label",)
    list_select_related = ("pgh_context",)
    ordering = ("-pgh_id",)
    show_full_result_count = False

    @admin.display(description="user")
    def author(self, event: Any) -> str:
        """Return the id of the user who wrote, as the request noted it."""
        return str(event.pgh_context.metadata.get("user", "")) if event.pgh_context else ""


class ClinicalHistoryAdmin(HistoryAdmin):
    """The history of rows that say what is the matter."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "clinical.view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "clinical.view")


admin.site.register(Patient.pgh_event_model, HistoryAdmin)  # type: ignore[attr-defined]
_tracked: list[Any] = [EpisodeOfCare, Prescription, Encounter]
for model in _tracked:
    admin.site.register(model.pgh_event_model, ClinicalHistoryAdmin)
