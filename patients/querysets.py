"""The words with which pages and the API ask for records. `visible_to` is the only door to a patient's rows."""

from typing import Any, Self

from django.db import models

from accounts.models.user import Role, User


class PatientQuerySet(models.QuerySet[Any]):
    """Patients."""

    def visible_to(self, user: User) -> Self:
        """Return the patients whose existence the user may know: staff all, a patient only the own record."""
        if user.role in {Role.THERAPIST, Role.RECEPTIONIST, Role.ADMIN}:
            return self
        return self.filter(user_id=user.pk)

    def in_care(self) -> Self:
        """Return the patients that are not archived."""
        return self.filter(archived_at__isnull=True)

    def archived(self) -> Self:
        """Return the patients whose record was put away."""
        return self.filter(archived_at__isnull=False)


class RecordQuerySet(models.QuerySet[Any]):
    """Rows that hang on a patient, by `patient` or by `episode__patient`."""

    def visible_to(self, user: User) -> Self:
        """Return the rows of patients that the user may see."""
        if user.role in {Role.THERAPIST, Role.RECEPTIONIST, Role.ADMIN}:
            return self
        names = {field.name for field in self.model._meta.get_fields()}
        path = "patient" if "patient" in names else "episode__patient"
        return self.filter(**{f"{path}__user_id": user.pk})


class DataImportQuerySet(models.QuerySet[Any]):
    """Files of other programs."""

    def visible_to(self, user: User) -> Self:
        """Return the imports that the user may see: the owner's alone, for they hold everybody's data."""
        return self if user.role == Role.ADMIN else self.none()


class NoteQuerySet(models.QuerySet[Any]):
    """Rows that hang on a session note."""

    def visible_to(self, user: User) -> Self:
        """Return the rows of notes that the user may see."""
        if user.role in {Role.THERAPIST, Role.RECEPTIONIST, Role.ADMIN}:
            return self
        return self.filter(note__patient__user_id=user.pk)


class ObservationQuerySet(RecordQuerySet):
    """Observations."""

    def current(self) -> Self:
        """Leave out observations that a later one corrects."""
        return self.filter(replaced_by__isnull=True)

    def latest_per_measure(self) -> Self:
        """Return for each measure and side the latest observation."""
        return self.current().order_by("measure_id", "side", "-effective_at", "-id").distinct("measure_id", "side")


class CodingQuerySet(models.QuerySet[Any]):
    """Codes of terminologies. They say nothing of any patient."""

    def certain(self) -> Self:
        """Return the codes that may leave the practice."""
        return self.filter(certainty__in=["verified", "confirmed"])
