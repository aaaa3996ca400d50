"""What the desk and the therapists type about a patient, cleaned to what the record keeps."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.edit_forms import EditForm
from accounts.exceptions import DomainError
from accounts.models import Language, Practitioner
from patients.contact_details import is_postal_code, read_phone, shown_phone
from patients.models import EpisodeOfCare, Patient
from patients.models.patient import Side
from patients.national_number import InvalidNationalNumber, read_national_number, shown
from patients.registration import FIELDS, national_number_errors

_DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
_COUNTRIES = [
    ("BE", _("Belgium")),
    ("NL", _("Netherlands")),
    ("FR", _("France")),
    ("DE", _("Germany")),
    ("LU", _("Luxembourg")),
]


def text_field(
    label: Any, autocomplete: str, length: int, *, required: bool = False, **options: Any
) -> forms.CharField:
    """Return a line of text that a browser may fill in (HTML autocomplete token)."""
    attrs = {"autocomplete": autocomplete, **options.pop("attrs", {})}
    return forms.CharField(
        label=label, max_length=length, required=required, widget=forms.TextInput(attrs=attrs), **options
    )


def day_field(label: Any, *, required: bool = True, autocomplete: str = "off", help_text: Any = "") -> forms.DateField:
    """Return a date, by the browser's picker or typed as 14/3/1997."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": autocomplete})
    return forms.DateField(
        label=label, required=required, widget=widget, input_formats=_DAY_FORMATS, localize=False, help_text=help_text
    )


def doctor_field(label: Any, *, required: bool = False) -> forms.CharField:
    """Return the name of a doctor outside the practice: known ones are suggested, a new one is added on saving."""
    attrs = {"list": "doctors", "autocomplete": "off"}
    help_text = _("Choose from the list or type a new name.")
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, max_length=120, required=required, widget=widget, help_text=help_text)


class RefusableForm(forms.Form):
    """A form that can show what a domain function refused."""

    def refuse(self, error: DomainError) -> None:
        """Put each refused value beside its field."""
        if not error.errors:
            self.add_error(None, error.detail)
        for name, sentences in error.errors.items():
            self.add_error(name if name in self.fields else None, sentences)


class RefusableEditForm(RefusableForm, EditForm):
    """The same for a row that may exist already: it knows the version that the editor saw."""


class BirthDateForm(forms.Form):
    """With what a patient answers an invitation."""

    birth_date = day_field(_("Your date of birth"), autocomplete="bday")


class PatientForm(RefusableEditForm):
    """Who someone is and how to reach them."""

    family_name = text_field(_("Family name"), "family-name", 80, required=True, attrs={"autofocus": True})
    given_name = text_field(_("First name"), "given-name", 80, required=True)
    birth_date = day_field(_("Date of birth"), autocomplete="bday")
    gender = forms.ChoiceField(label=_("Sex"), choices=Patient.Gender, widget=forms.RadioSelect, initial="unknown")
    national_number = text_field(
        _("National number"),
        "off",
        20,
        attrs={"inputmode": "numeric"},
        help_text=_("As on the identity card, for example 85.07.30-033.28. Leave it empty when there is none."),
    )
    phone = text_field(
        _("Phone"),
        "tel",
        30,
        attrs={"type": "tel"},
        help_text=_("A foreign number begins with + and its country code."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    street = text_field(_("Street and number"), "street-address", 120)
    postal_code = text_field(_("Postal code"), "postal-code", 10)
    city = text_field(_("Town"), "address-level2", 80)
    country = forms.ChoiceField(
        label=_("Country"), choices=_COUNTRIES, initial="BE", widget=forms.Select(attrs={"autocomplete": "country"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language, initial=Language.DUTCH)
    general_practitioner = doctor_field(_("General practitioner"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("country", "")  # another than the usual ones came by an import or the API
        if kept and kept not in dict(_COUNTRIES):
            country: Any = self.fields["country"]
            country.choices = [*_COUNTRIES, (kept, kept)]

    def clean_birth_date(self) -> datetime.date:
        born: datetime.date = self.cleaned_data["birth_date"]
        if born > timezone.localdate():
            raise forms.ValidationError(_("A date of birth cannot lie in the future."))
        return born

    def clean_national_number(self) -> str | None:
        text = self.cleaned_data["national_number"]
        if not text:
            return None
        try:
            return read_national_number(text, today=timezone.localdate())
        except InvalidNationalNumber as error:
            raise forms.ValidationError(national_number_errors(error)) from error

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"])
        except ValueError as error:
            raise forms.ValidationError(_("Enter a phone number such as 0470 12 34 56.")) from error

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("postal_code") and not is_postal_code(values["postal_code"], values.get("country", "")):
            self.add_error("postal_code", _("A Belgian postal code has four digits."))
        return values

    def show_again(self, seen: str) -> None:
        """Keep what was typed, and note the warnings that are shown now: sent again, they no longer stop."""
        self.data = {**dict(self.data.items()), "seen": seen}

    def record(self) -> dict[str, Any]:
        """Return the arguments of register() and correct()."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def as_typed(patient: Any) -> dict[str, str]:
    """Return the fields of a patient, or of a row of its history, as the form shows them."""
    doctor = patient.general_practitioner
    return {
        **{name: str(getattr(patient, name) or "") for name in FIELDS},
        "national_number": shown(patient.national_number),
        "phone": shown_phone(patient.phone),
        "general_practitioner": doctor.name if doctor else "",
    }


class EpisodeForm(RefusableEditForm):
    """One complaint. The desk, which may not see what is the matter, types it once and never reads it again."""

    reason = text_field(_("Complaint"), "off", 200, required=True, help_text=_("In the patient's words."))
    side = forms.ChoiceField(
        label=_("Side"), required=False, choices=[("", _("not given")), *Side.choices], widget=forms.RadioSelect
    )
    practitioner = forms.ModelChoiceField(
        label=_("Physiotherapist"), queryset=Practitioner.objects.none(), required=False, empty_label=_("not yet known")
    )
    referrer = doctor_field(_("Referring doctor"))
    started_on = day_field(_("Begun on"))
    status = forms.ChoiceField(label=_("Status"), choices=EpisodeOfCare.Status)
    ended_on = day_field(
        _("Ended on"), required=False, help_text=_("Only for an episode that is finished or cancelled.")
    )

    def __init__(self, *args: Any, episode: EpisodeOfCare | None = None, sees_clinical: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        practitioners: Any = self.fields["practitioner"]
        current = episode.practitioner_id if episode else None
        practitioners.queryset = Practitioner.objects.filter(Q(is_active=True) | Q(pk=current))
        if episode is None:
            del self.fields["ended_on"]
        elif not sees_clinical:
            del self.fields["reason"], self.fields["side"]


class PrescriptionForm(RefusableEditForm):
    """A doctor's order. The diagnosis on it is for those who treat."""

    doctor = doctor_field(_("Doctor"), required=True)
    prescribed_on = day_field(_("Date of the prescription"))
    sessions_ordered = forms.IntegerField(
        label=_("Sessions ordered"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("As on the prescription. The fund asks for it."),
    )
    diagnosis = text_field(_("Diagnosis on the prescription"), "off", 200)

    def __init__(self, *args: Any, sees_clinical: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_clinical:
            del self.fields["diagnosis"]


def prescription_as_typed(prescription: Any) -> dict[str, Any]:
    """Return the fields of a prescription, or of a row of its history, as the form shows them."""
    return {
        "doctor": prescription.prescriber.name,
        "prescribed_on": prescription.prescribed_on,
        "sessions_ordered": prescription.sessions_ordered,
        "diagnosis": prescription.diagnosis,
        "version": prescription.version,
    }


def episode_as_typed(episode: Any) -> dict[str, Any]:
    """Return the fields of an episode, or of a row of its history, as the form shows them."""
    names = ("reason", "side", "practitioner", "started_on", "status", "ended_on", "version")
    values = {name: getattr(episode, name) for name in names}
    return {**values, "referrer": episode.referrer.name if episode.referrer else ""}
