from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.course_enum import CourseEnum, check_course_enum
from ..models.plan_shape_status_enum import (
    PlanShapeStatusEnum,
    check_plan_shape_status_enum,
)

if TYPE_CHECKING:
    from ..models.phase_shape import PhaseShape


T = TypeVar("T", bound="PlanShape")


@_attrs_define
class PlanShape:
    """A care plan. `phase` is the key of the phase that it is in, null once it is completed."""

    id: UUID
    patient: UUID
    episode: UUID
    practitioner: UUID
    pathway: str
    version: int
    side: str
    course: CourseEnum
    """ * `acute` - recent
    * `long_standing` - long-standing or recurrent """
    phase: None | str
    """ Return the key of the active phase. """
    phases: list[PhaseShape]
    started_on: datetime.date
    ended_on: datetime.date | None
    gait_strategy: str
    start_step: str
    weekly_km_usual: None | str
    status: PlanShapeStatusEnum = "active"
    """ * `active` - running
    * `on-hold` - on hold
    * `completed` - completed
    * `revoked` - stopped """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        episode = str(self.episode)

        practitioner = str(self.practitioner)

        pathway = self.pathway

        version = self.version

        side = self.side

        course: str = self.course

        status: str = self.status

        phase: None | str
        phase = self.phase

        phases = []
        for phases_item_data in self.phases:
            phases_item = phases_item_data.to_dict()
            phases.append(phases_item)

        started_on = self.started_on.isoformat()

        ended_on: None | str
        if isinstance(self.ended_on, datetime.date):
            ended_on = self.ended_on.isoformat()
        else:
            ended_on = self.ended_on

        gait_strategy = self.gait_strategy

        start_step = self.start_step

        weekly_km_usual: None | str
        weekly_km_usual = self.weekly_km_usual

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "episode": episode,
                "practitioner": practitioner,
                "pathway": pathway,
                "version": version,
                "side": side,
                "course": course,
                "status": status,
                "phase": phase,
                "phases": phases,
                "started_on": started_on,
                "ended_on": ended_on,
                "gait_strategy": gait_strategy,
                "start_step": start_step,
                "weekly_km_usual": weekly_km_usual,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.phase_shape import PhaseShape  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        episode = UUID(d.pop("episode"))

        practitioner = UUID(d.pop("practitioner"))

        pathway = d.pop("pathway")

        version = d.pop("version")

        side = d.pop("side")

        course = check_course_enum(d.pop("course"))

        status = check_plan_shape_status_enum(d.pop("status"))

        def _parse_phase(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        phase = _parse_phase(d.pop("phase"))

        phases = []
        _phases = d.pop("phases")
        for phases_item_data in _phases:
            phases_item = PhaseShape.from_dict(phases_item_data)

            phases.append(phases_item)

        started_on = datetime.date.fromisoformat(d.pop("started_on"))

        def _parse_ended_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_on_type_0 = datetime.date.fromisoformat(data)

                return ended_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        ended_on = _parse_ended_on(d.pop("ended_on"))

        gait_strategy = d.pop("gait_strategy")

        start_step = d.pop("start_step")

        def _parse_weekly_km_usual(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        weekly_km_usual = _parse_weekly_km_usual(d.pop("weekly_km_usual"))

        plan_shape = cls(
            id=id,
            patient=patient,
            episode=episode,
            practitioner=practitioner,
            pathway=pathway,
            version=version,
            side=side,
            course=course,
            status=status,
            phase=phase,
            phases=phases,
            started_on=started_on,
            ended_on=ended_on,
            gait_strategy=gait_strategy,
            start_step=start_step,
            weekly_km_usual=weekly_km_usual,
        )

        plan_shape.additional_properties = d
        return plan_shape

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
