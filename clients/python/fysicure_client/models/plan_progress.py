from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.plan_progress_light_enum import (
    PlanProgressLightEnum,
    check_plan_progress_light_enum,
)

if TYPE_CHECKING:
    from ..models.plan_progress_days import PlanProgressDays
    from ..models.run_today import RunToday


T = TypeVar("T", bound="PlanProgress")


@_attrs_define
class PlanProgress:
    plan: UUID
    phase: str
    light: PlanProgressLightEnum
    """ * `GREEN` - GREEN
    * `AMBER` - AMBER
    * `RED` - RED
    * `PENDING` - PENDING
    * `UNRESOLVED` - UNRESOLVED
    * `NONE` - NONE """
    days: PlanProgressDays
    silent_days: int
    run_today: RunToday
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        plan = str(self.plan)

        phase = self.phase

        light: str = self.light

        days = self.days.to_dict()

        silent_days = self.silent_days

        run_today = self.run_today.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "plan": plan,
                "phase": phase,
                "light": light,
                "days": days,
                "silent_days": silent_days,
                "run_today": run_today,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.plan_progress_days import PlanProgressDays  # noqa: PLC0415
        from ..models.run_today import RunToday  # noqa: PLC0415

        d = dict(src_dict)
        plan = UUID(d.pop("plan"))

        phase = d.pop("phase")

        light = check_plan_progress_light_enum(d.pop("light"))

        days = PlanProgressDays.from_dict(d.pop("days"))

        silent_days = d.pop("silent_days")

        run_today = RunToday.from_dict(d.pop("run_today"))

        plan_progress = cls(
            plan=plan,
            phase=phase,
            light=light,
            days=days,
            silent_days=silent_days,
            run_today=run_today,
        )

        plan_progress.additional_properties = d
        return plan_progress

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
