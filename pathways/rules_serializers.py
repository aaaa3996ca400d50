"""The shapes of the rule endpoints. They refuse what they do not know, and take no value for another type's."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

MOST_ENTRIES = 1000
MOST_MEASUREMENTS = 2000


class KnownKeys(serializers.Serializer[Any]):
    """Refuses keys that it does not have, naming each."""

    def to_internal_value(self, data: Any) -> Any:
        """Check that there is no unknown key, then take the rest."""
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        errors: dict[str, Any] = {str(key): [_("This key is not known here.")] for key in sorted(unknown, key=str)}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            raise serializers.ValidationError({**errors, **error.detail}) from error
        if errors:
            raise serializers.ValidationError(errors)
        return value


class WholeNumber(serializers.IntegerField):
    """A JSON number without decimals: no text, no true or false."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse what is not an integer."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Number(serializers.FloatField):
    """A finite JSON number: no text, no true or false."""

    def to_internal_value(self, data: Any) -> float:
        """Refuse what is not a number."""
        if isinstance(data, bool) or not isinstance(data, int | float) or data != data:  # noqa: PLR0124 NaN
            self.fail("invalid")
        return float(super().to_internal_value(data))


class YesOrNo(serializers.BooleanField):
    """A JSON true or false; null counts as no."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse what is not a boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field[datetime.datetime, Any, Any, Any]):
    """An ISO 8601 moment with its offset from UTC."""

    default_error_messages = {"invalid": _("Give a moment with its offset, such as 2026-11-23T18:00:00+01:00.")}

    def to_internal_value(self, data: Any) -> datetime.datetime:
        """Refuse a moment without an offset: it could be any."""
        try:
            moment = parse_datetime(data) if isinstance(data, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail("invalid")
        return moment

    def to_representation(self, value: datetime.datetime) -> str:
        """Write it with its offset."""
        return value.isoformat()


def _nprs(help_text: Any) -> Any:
    return WholeNumber(min_value=0, max_value=10, allow_null=True, default=None, help_text=help_text)


def _flag() -> Any:
    return YesOrNo(default=False, allow_null=True)


class EntryShape(KnownKeys):
    """One diary session. Pain is NPRS, a whole number 0-10; null is not given."""

    start = Moment()
    end = Moment()
    kind = serializers.ChoiceField(["run", "exercise", "other", "rest"], default="run")
    side = serializers.ChoiceField(["L", "R"], allow_null=True, default=None)
    pre = _nprs(_("before"))
    during = _nprs(_("worst during"))
    after = _nprs(_("worst in the first hour after"))
    next = _nprs(_("12-36 hours after the end"))
    limp = _flag()
    painkiller_24h = _flag()
    aborted = _flag()
    rf_any = _flag()
    step = serializers.CharField(max_length=6, allow_null=True, default=None)
    distance_km = Number(min_value=0, max_value=300, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The end comes after the start."""
        if attrs["end"] < attrs["start"]:
            raise serializers.ValidationError({"end": [_("The end must come after the start.")]})
        return attrs


class ClassifyQuestion(KnownKeys):
    """Findings: key → scalar (the affected side, or no side) or {"L": …, "R": …}; null = not asked."""

    side = serializers.ChoiceField(["L", "R"])
    age = WholeNumber(min_value=0, max_value=120, allow_null=True, default=None)
    as_of = serializers.DateField(required=False)
    findings = serializers.DictField(child=serializers.JSONField(allow_null=True))


class LightQuestion(KnownKeys):
    """Diary entries to judge at a moment."""

    now = Moment()
    entries = EntryShape(many=True, max_length=MOST_ENTRIES)  # type: ignore[call-arg]


class MeasurementShape(KnownKeys):
    """A measured value on a day."""

    key = serializers.CharField(max_length=60)
    value = serializers.JSONField(allow_null=True)
    on = serializers.DateField()


class ProgressQuestion(KnownKeys):
    """Where a plan stands, as far as the rules need it."""

    phase = serializers.CharField(max_length=20)
    course = serializers.CharField(max_length=20)
    side = serializers.ChoiceField(["L", "R", "both"])
    as_of = serializers.DateField()
    started_on = serializers.DateField()
    phase_started_on = serializers.DateField(required=False, allow_null=True)
    gait_strategy = serializers.CharField(max_length=20, allow_null=True, default=None)
    rtr_step_done = WholeNumber(min_value=0, allow_null=True, default=0)
    weekly_km_usual = Number(min_value=0, max_value=300, allow_null=True, default=None)
    weekly_km = serializers.ListField(
        child=Number(min_value=0, max_value=300),
        default=list,
        max_length=520,
        help_text=_("complete weeks, oldest first"),
    )
    longest_run_30d_km = Number(min_value=0, max_value=300, allow_null=True, default=None)
    measurements = MeasurementShape(many=True, default=list, max_length=MOST_MEASUREMENTS)  # type: ignore[call-arg]
    diary = EntryShape(many=True, default=list, max_length=MOST_ENTRIES)  # type: ignore[call-arg]


CLASSES = ["LIKELY", "POSSIBLE", "UNLIKELY", "INCOMPLETE", "BLOCKED"]
LIGHTS = ["GREEN", "AMBER", "RED", "PENDING", "UNRESOLVED"]

ReferenceShape = inline_serializer(
    "RuleReference",
    {
        "key": serializers.CharField(),
        "citation": serializers.CharField(),
        "doi": serializers.CharField(allow_null=True),
        "strength": serializers.CharField(),
    },
    many=True,
)
RedFlagShape = inline_serializer(
    "RaisedRedFlag",
    {"key": serializers.CharField(), "urgency": serializers.ChoiceField(["EMERGENCY", "URGENT", "SOON"])},
    many=True,
)
ClassificationAnswer = inline_serializer(
    "ClassificationAnswer",
    {
        "class": serializers.ChoiceField(CLASSES),
        "criteria": serializers.DictField(child=serializers.BooleanField(allow_null=True)),
        "contra": serializers.ListField(child=serializers.CharField()),
        "missing": serializers.ListField(child=serializers.CharField()),
        "red_flags": RedFlagShape,
        "course": serializers.CharField(allow_null=True),
        "duration_weeks": serializers.IntegerField(allow_null=True),
        "differentials": serializers.ListField(child=serializers.CharField()),
        "start_step": serializers.CharField(allow_null=True),
        "derived": serializers.DictField(child=serializers.JSONField()),
        "visits_weeks": serializers.ListField(child=serializers.IntegerField()),
        "references": ReferenceShape,
    },
)
LightAnswer = inline_serializer(
    "LightAnswer",
    {
        "entries": inline_serializer(
            "JudgedEntry",
            {
                "light": serializers.ChoiceField(LIGHTS),
                "peak": serializers.IntegerField(allow_null=True),
                "rise": serializers.IntegerField(allow_null=True),
                "masked": serializers.BooleanField(),
            },
            many=True,
        ),
        "days": serializers.DictField(child=serializers.ChoiceField(LIGHTS)),
    },
)
CriteriaShape = inline_serializer(
    "CriterionVerdict",
    {
        "key": serializers.CharField(),
        "status": serializers.ChoiceField(["met", "not_met", "unknown"]),
        "value": serializers.JSONField(allow_null=True),
        "why": serializers.CharField(),
    },
    many=True,
)
PROGRESS_FIELDS: dict[str, Any] = {
    "criteria": CriteriaShape,
    "proposal": serializers.ChoiceField(["advance", "stay", "step_back", "review", "blocked"]),
    "to_phase": serializers.CharField(allow_null=True),
    "step": serializers.CharField(allow_null=True),
    "next_max_km": serializers.FloatField(allow_null=True),
    "next_run_max_km": serializers.FloatField(allow_null=True),
    "overdue": serializers.BooleanField(),
    "why": serializers.ListField(child=serializers.CharField()),
}
# A copy: the serializer takes its fields out of the mapping, and a plan's progress needs them as well.
ProgressAnswer = inline_serializer("ProgressAnswer", dict(PROGRESS_FIELDS))
