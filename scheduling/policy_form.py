"""The owner's rules for patients, as a form in groups."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.edit_forms import EditForm
from scheduling.forms import ClockInput
from scheduling.models import BookingPolicy

# The same as the constraint of the table, so that the refusal stands beside the number.
LIMITS = {
    "cancel_until_hours": (0, 336),
    "book_from_hours": (0, 336),
    "book_days_ahead": (1, 366),
    "grace_minutes": (0, 60),
    "reminder_hours": (1, 336),
}
_TEXT = forms.Textarea(attrs={"rows": 3})


class BookingPolicyForm(EditForm, forms.ModelForm):  # type: ignore[type-arg]
    """What patients may do with visits themselves, until when, and how they are told."""

    class Meta:
        model = BookingPolicy
        fields = (
            "patients_see",
            "patients_ask",
            "patients_cancel",
            "patients_book",
            "cancel_until_hours",
            "book_from_hours",
            "book_days_ahead",
            "late_cancellation_nl",
            "late_cancellation_fr",
            "late_cancellation_en",
            "grace_minutes",
            "reminder_hours",
            "quiet_from",
            "quiet_until",
        )
        labels = {
            "patients_see": _("See their appointments"),
            "patients_ask": _("Ask another moment"),
            "patients_cancel": _("Cancel an appointment"),
            "patients_book": _("Book a visit that their plan asks for"),
            "cancel_until_hours": _("Cancelling is late from"),
            "book_from_hours": _("Ask or book at the soonest"),
            "book_days_ahead": _("Ask or book at the latest"),
            "late_cancellation_nl": _("In Dutch"),
            "late_cancellation_fr": _("In French"),
            "late_cancellation_en": _("In English"),
            "grace_minutes": _("Wait after a change"),
            "reminder_hours": _("Remind"),
            "quiet_from": _("Send nothing from"),
            "quiet_until": _("Send nothing until"),
        }
        help_texts = {
            "patients_see": _("Switched off, the portal shows no appointments and none of the rest works."),
            "patients_ask": _("The desk answers. Nothing moves and nothing is kept before that."),
            "patients_cancel": _("The time is free at once. The desk sees who cancelled and why."),
            "patients_book": _(
                "Only within the days of their plan, and only kinds of visits that are marked so. Otherwise they ask."
            ),
            "cancel_until_hours": _(
                "From then on patients no longer ask to move. They may still let you know that they do not come: that "
                "counts as late."
            ),
            "book_from_hours": _("So that nobody turns up within the hour."),
            "late_cancellation_nl": _("Shown when somebody cancels late. Say kindly what it costs, if anything."),
            "late_cancellation_fr": _("Empty: the Dutch text is shown."),
            "late_cancellation_en": _("Empty: the Dutch text is shown."),
            "grace_minutes": _("Changes within these minutes make one message."),
        }
        widgets = {
            "late_cancellation_nl": _TEXT,
            "late_cancellation_fr": _TEXT,
            "late_cancellation_en": _TEXT,
            "quiet_from": ClockInput(),
            "quiet_until": ClockInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in LIMITS.items():
            self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]
            self.fields[name].widget.attrs |= {"min": least, "max": most}

    def acts(self) -> list[Any]:
        """The rights, one switch each."""
        return [self[name] for name in ("patients_see", "patients_ask", "patients_cancel", "patients_book")]

    def terms(self) -> list[tuple[Any, Any]]:
        """The terms with their units."""
        return [
            (self["cancel_until_hours"], _("hours before the visit")),
            (self["book_from_hours"], _("hours ahead")),
            (self["book_days_ahead"], _("days ahead")),
        ]

    def texts(self) -> list[Any]:
        """What late cancelling means, in each language."""
        return [self[f"late_cancellation_{language}"] for language in ("nl", "fr", "en")]

    def times(self) -> list[tuple[Any, Any]]:
        """When messages go out, with units."""
        return [
            (self["grace_minutes"], _("minutes")),
            (self["reminder_hours"], _("hours before the visit")),
            (self["quiet_from"], ""),
            (self["quiet_until"], ""),
        ]


def as_typed(policy: Any) -> dict[str, Any]:
    """Return the rules, or a row of their history, as the form shows them; version 0 when none were kept yet."""
    is_kept = not isinstance(policy, BookingPolicy) or not policy._state.adding
    values: dict[str, Any] = {name: getattr(policy, name) for name in BookingPolicyForm.Meta.fields}
    return {**values, "version": policy.version if is_kept else 0}
