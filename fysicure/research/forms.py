"""The choices on the page."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fysicure.research.asked import Asked, Format
from fysicure.research.generalising import LEAST_K, MOST_K, USUAL_K

YEARS_BACK = 20


class AskForm(forms.Form):
    """How alike patients must be, over which years, and what the file holds."""

    k = forms.IntegerField(
        label=_("Patients that must be alike (k)"),
        min_value=LEAST_K,
        max_value=MOST_K,
        required=False,
        help_text=_("At least 3. Higher is safer, and coarser."),
    )
    first_year = forms.TypedChoiceField(label=_("Plans begun from"), coerce=int, empty_value=None, required=False)
    last_year = forms.TypedChoiceField(label=_("up to and including"), coerce=int, empty_value=None, required=False)
    formats = forms.MultipleChoiceField(
        label=_("Kind of file"),
        choices=[(Format.PARQUET.value, "Parquet"), (Format.CSV.value, "CSV")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    measurements = forms.BooleanField(label=_("Every measurement as well, week by week"), required=False)

    def __init__(self, *args: Any, this_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(year, str(year)) for year in range(this_year, this_year - YEARS_BACK, -1)]
        for name, label in (("first_year", gettext("the first plan")), ("last_year", gettext("today"))):
            self.fields[name].choices = [("", label), *years]  # type: ignore[attr-defined]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that stand beside each other; each has a value, so none is called optional."""
        return [self[name] for name in ("k", "first_year", "last_year")]

    def clean(self) -> dict[str, Any]:
        """Refuse years that come before each other."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first_year"), given.get("last_year")
        if first and last and first > last:
            self.add_error("last_year", gettext("The last year comes before the first."))
        return given

    def asked(self) -> Asked:
        """Return the choices of a form that was found valid."""
        given = self.cleaned_data
        formats = tuple(Format(each) for each in given["formats"]) or tuple(Format)
        return Asked(given["k"] or USUAL_K, given["first_year"], given["last_year"], given["measurements"], formats)


def first_choices() -> dict[str, Any]:
    """Return what the page proposes before anything was chosen."""
    formats = [each.value for each in Format]
    return {"k": USUAL_K, "first_year": "", "last_year": "", "measurements": "on", "formats": formats}
