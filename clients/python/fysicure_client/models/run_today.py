from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RunToday")


@_attrs_define
class RunToday:
    allowed: bool
    code: str
    reasons: list[str]
    step: None | str
    week_max_km: float | None
    run_max_km: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        allowed = self.allowed

        code = self.code

        reasons = self.reasons

        step: None | str
        step = self.step

        week_max_km: float | None
        week_max_km = self.week_max_km

        run_max_km: float | None
        run_max_km = self.run_max_km

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "allowed": allowed,
                "code": code,
                "reasons": reasons,
                "step": step,
                "week_max_km": week_max_km,
                "run_max_km": run_max_km,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        allowed = d.pop("allowed")

        code = d.pop("code")

        reasons = cast(list[str], d.pop("reasons"))

        def _parse_step(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        step = _parse_step(d.pop("step"))

        def _parse_week_max_km(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        week_max_km = _parse_week_max_km(d.pop("week_max_km"))

        def _parse_run_max_km(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        run_max_km = _parse_run_max_km(d.pop("run_max_km"))

        run_today = cls(
            allowed=allowed,
            code=code,
            reasons=reasons,
            step=step,
            week_max_km=week_max_km,
            run_max_km=run_max_km,
        )

        run_today.additional_properties = d
        return run_today

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
