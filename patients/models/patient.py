"""The person in care."""

from typing import Any

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from accounts.models.user import Language
from accounts.versions import counts_versions, version_field
from patients.models.name_word import NameWords
from patients.querysets import PatientQuerySet


class Side(models.TextChoices):
    """A side of the body; BOTH is for a complaint, never for a single observation."""

    LEFT = "L", _("left")
    RIGHT = "R", _("right")
    BOTH = "both", _("both sides")


class Folded(models.Func):
    """Text as search sees it: joined by spaces, without accents, in lower case, the same on every machine."""

    template = "lower(fysicure_unaccent(%(expressions)s))"
    arg_joiner = " || ' ' || "
    output_field = models.TextField(db_collation="C")


@pghistory.track()
class Patient(models.Model):
    """A person in care (FHIR: Patient). What reception may see of a person lives here; nothing clinical does."""

    class Gender(models.TextChoices):
        """FHIR administrative gender."""

        FEMALE = "female", _("woman")
        MALE = "male", _("man")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    family_name = models.CharField(_("family name"), max_length=80)
    given_name = models.CharField(_("first name"), max_length=80)
    birth_date = models.DateField(_("date of birth"))
    gender = models.CharField(_("sex"), max_length=8, choices=Gender, default=Gender.UNKNOWN)
    national_number = models.CharField(_("national number"), max_length=11, null=True, blank=True)  # noqa: DJ001
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, default="BE")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.DUTCH)
    general_practitioner = models.ForeignKey(
        "patients.ExternalPractitioner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="patients",
        verbose_name=_("general practitioner"),
    )
    user = models.OneToOneField(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="patient",
        verbose_name=_("portal account"),
    )
    archived_at = models.DateTimeField(_("archived on"), null=True, blank=True)
    created_at = models.DateTimeField(_("registered on"), auto_now_add=True)
    version = version_field()

    name_folded = models.GeneratedField(
        expression=Folded("family_name", "given_name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    given_folded = models.GeneratedField(
        expression=Folded("given_name", "family_name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )

    objects: Any = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["name_folded", "id"]
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        triggers = [counts_versions()]
        indexes = [
            models.Index(fields=["name_folded", "id"], name="patients_patient_name"),
            models.Index(fields=["given_folded"], name="patients_patient_given"),
            models.Index(fields=["birth_date"], name="patients_patient_birth"),
            models.Index(fields=["created_at"], name="patients_patient_since"),
            models.Index(fields=["phone"], name="patients_patient_phone"),
            # Written through at once: a list of pending entries would be read from end to end by every search.
            GinIndex(NameWords("family_name", "given_name"), name="patients_patient_words", fastupdate=False),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["national_number"],
                name="patients_patient_national_number_once",
                violation_error_message=_("Another patient already has this national number."),
            ),
            models.CheckConstraint(
                condition=models.Q(national_number__isnull=True) | models.Q(national_number__regex=r"^\d{11}$"),
                name="patients_patient_national_number_digits",
                violation_error_message=_("A national number has 11 digits."),
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[1-9]\d{5,14}$"),
                name="patients_patient_phone_e164",
                violation_error_message=_("Enter a phone number such as 0470 12 34 56."),
            ),
            models.CheckConstraint(
                condition=models.Q(birth_date__gte="1890-01-01"),
                name="patients_patient_birth_date_plausible",
                violation_error_message=_("This date of birth lies too far back."),
            ),
            models.CheckConstraint(
                condition=~models.Q(family_name="") & ~models.Q(given_name=""),
                name="patients_patient_has_name",
                violation_error_message=_("A patient has a family name and a first name."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"
