"""Which period the owner's numbers are about."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scheduling.forms import DayInput
from scheduling.period import LONGEST_DAYS, Period


class PeriodForm(forms.Form):
    """The last thirteen weeks, this year, or days of one's own. Shown as a form that is sent by GET."""

    span = forms.ChoiceField(choices=[("weeks", ""), ("year", "")], required=False)
    first = forms.DateField(label=_("From"), required=False, widget=DayInput)
    last = forms.DateField(label=_("Up to and including"), required=False, widget=DayInput)

    def visible_days(self) -> list[forms.BoundField]:
        """Return the two boxes for days of one's own."""
        return [self["first"], self["last"]]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, has one end, or is longer than 53 weeks."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if self.errors or not (first or last):
            return given
        if not first or not last:
            self.add_error("last" if first else "first", gettext("Give both days."))
        elif last < first:
            self.add_error("last", gettext("This day comes before the first."))
        elif last - first >= datetime.timedelta(days=LONGEST_DAYS):
            self.add_error("last", gettext("Choose at most 53 weeks."))
        return given

    def period(self, today: datetime.date) -> Period:
        """Return the days that were asked for; the last thirteen weeks when nothing was. Only for a valid form."""
        given = self.cleaned_data
        if given["first"]:
            return Period(given["first"], given["last"])
        return Period.this_year(today) if given["span"] == "year" else Period.last_weeks(today)
