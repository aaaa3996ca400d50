"""The record in the admin site: for the rare repair. Clinical rows open only for those who treat."""

import datetime
import functools
import operator
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.admin_edits import EditCheckedAdmin
from accounts.audit import record_access
from accounts.models import AccessReason, User
from accounts.policy import may, signed_in
from accounts.relations import patients_tied_to
from patients.models import (
    Coding,
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

# Where the patient of a row stands: at the row itself, or with what the row hangs on.
PATHS = {"patient": "patient_id", "episode": "episode__patient_id", "plan": "plan__patient_id"}


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


class Noted:
    """Rows whose opening is noted, as the part of the record that `part` names.

    `path` is the column, from a row, in which its patient stands; "": the one that `path_to_patient` finds.
    """

    part, path = "admin", ""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open a row, and note whose it is."""
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is not None and self.has_view_permission(request):  # type: ignore[attr-defined]
            rows = type(row)._base_manager.filter(pk=row.pk)
            patients = rows.values_list(self.path or path_to_patient(type(row)), flat=True)
            record_access(request, patients.get(), self.part)
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)  # type: ignore[misc]
        return response


class Clinical(Noted):
    """Rows that say what is the matter: closed to the owner as such, superuser or not (accounts.policy).

    A therapist finds those of the own patients, and of colleagues' patients after saying why on their chart.
    """

    part = "clinical admin"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "clinical.view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "clinical.view")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out the rows of patients whose care is closed to this user."""
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return of_open_care(rows, signed_in(request), now=timezone.now())


def path_to_patient(model: type[models.Model]) -> str:
    """Return the column, from a row, in which its patient stands."""
    names = {field.name for field in model._meta.get_fields()}
    return next(path for name, path in PATHS.items() if name in names)


def of_open_care(rows: QuerySet[Any], user: User, *, now: datetime.datetime) -> QuerySet[Any]:
    """Return the rows of the user's own patients, and of those that the user gave a reason for that still holds."""
    path, reasons = path_to_patient(rows.model), AccessReason.objects.filter(user_id=user.pk, valid_until__gt=now)
    given = reasons.exclude(code=AccessReason.Code.NONE).values("patient_id")
    near = [Q(**{f"{path}__in": each}) for each in [*patients_tied_to(user, now=now), given]]
    return rows.filter(functools.reduce(operator.or_, near))


class ClinicalChangeable(NoDeletion, Clinical):
    """Clinical rows that may be corrected here; the history keeps the old values."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "clinical.view")


@admin.register(Patient)
class PatientAdmin(NoDeletion, Noted, EditCheckedAdmin):
    path = "pk"
    list_display = ("family_name", "given_name", "birth_date", "city", "archived_at")
    list_filter = ("archived_at", "gender", "language", "country")
    search_fields = ("name_folded", "phone", "email")
    readonly_fields = ("version", "created_at", "archived_at")
    raw_id_fields = ("general_practitioner", "user")
    date_hierarchy = "created_at"


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


@admin.register(Coding)
class CodingAdmin(NoDeletion, EditCheckedAdmin):
    """Codes of terminologies: a therapist or the owner enters and confirms them. A wrong one is withdrawn, not deleted.

    Who saves answers for the code as it stands then.
    """

    list_display = ("what", "key", "system", "code", "display", "certainty")
    list_filter = ("what", "certainty", "system")
    search_fields = ("key", "code", "display")
    readonly_fields = ("entered_by", "entered_at")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "codings.edit")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "codings.edit")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "codings.edit")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "codings.edit")

    def save_model(self, request: HttpRequest, obj: Coding, form: Any, change: bool) -> None:
        """Keep a code with who entered or confirmed it."""
        obj.entered_by, obj.entered_at = signed_in(request), timezone.now()
        super().save_model(request, obj, form, change)


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


class PatientHistoryAdmin(Noted, HistoryAdmin):
    """The history of who a patient is and how to reach them."""

    path = "pgh_obj_id"


class ClinicalHistoryAdmin(Clinical, HistoryAdmin):
    """The history of rows that say what is the matter."""


admin.site.register(Patient.pgh_event_model, PatientHistoryAdmin)  # type: ignore[attr-defined]
_tracked: list[Any] = [EpisodeOfCare, Prescription, Encounter]
for model in _tracked:
    admin.site.register(model.pgh_event_model, ClinicalHistoryAdmin)
