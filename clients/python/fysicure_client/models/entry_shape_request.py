from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.entry_shape_kind_enum import (
    EntryShapeKindEnum,
    check_entry_shape_kind_enum,
)
from ..models.one_side_enum import OneSideEnum, check_one_side_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="EntryShapeRequest")


@_attrs_define
class EntryShapeRequest:
    """One diary session. Pain is NPRS, a whole number 0-10; null is not given."""

    start: datetime.datetime
    end: datetime.datetime
    kind: EntryShapeKindEnum | Unset = "run"
    """ * `run` - run
    * `exercise` - exercise
    * `other` - other
    * `rest` - rest """
    side: None | OneSideEnum | Unset = UNSET
    pre: int | None | Unset = UNSET
    """ before """
    during: int | None | Unset = UNSET
    """ worst during """
    after: int | None | Unset = UNSET
    """ worst in the first hour after """
    next_: int | None | Unset = UNSET
    """ 12-36 hours after the end """
    limp: bool | None | Unset = False
    painkiller_24h: bool | None | Unset = False
    aborted: bool | None | Unset = False
    rf_any: bool | None | Unset = False
    step: None | str | Unset = UNSET
    distance_km: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start = self.start.isoformat()

        end = self.end.isoformat()

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        side: None | str | Unset
        if isinstance(self.side, Unset):
            side = UNSET
        elif isinstance(self.side, str):
            side = self.side
        else:
            side = self.side

        pre: int | None | Unset
        if isinstance(self.pre, Unset):
            pre = UNSET
        else:
            pre = self.pre

        during: int | None | Unset
        if isinstance(self.during, Unset):
            during = UNSET
        else:
            during = self.during

        after: int | None | Unset
        if isinstance(self.after, Unset):
            after = UNSET
        else:
            after = self.after

        next_: int | None | Unset
        if isinstance(self.next_, Unset):
            next_ = UNSET
        else:
            next_ = self.next_

        limp: bool | None | Unset
        if isinstance(self.limp, Unset):
            limp = UNSET
        else:
            limp = self.limp

        painkiller_24h: bool | None | Unset
        if isinstance(self.painkiller_24h, Unset):
            painkiller_24h = UNSET
        else:
            painkiller_24h = self.painkiller_24h

        aborted: bool | None | Unset
        if isinstance(self.aborted, Unset):
            aborted = UNSET
        else:
            aborted = self.aborted

        rf_any: bool | None | Unset
        if isinstance(self.rf_any, Unset):
            rf_any = UNSET
        else:
            rf_any = self.rf_any

        step: None | str | Unset
        if isinstance(self.step, Unset):
            step = UNSET
        else:
            step = self.step

        distance_km: float | None | Unset
        if isinstance(self.distance_km, Unset):
            distance_km = UNSET
        else:
            distance_km = self.distance_km

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start": start,
                "end": end,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind
        if side is not UNSET:
            field_dict["side"] = side
        if pre is not UNSET:
            field_dict["pre"] = pre
        if during is not UNSET:
            field_dict["during"] = during
        if after is not UNSET:
            field_dict["after"] = after
        if next_ is not UNSET:
            field_dict["next"] = next_
        if limp is not UNSET:
            field_dict["limp"] = limp
        if painkiller_24h is not UNSET:
            field_dict["painkiller_24h"] = painkiller_24h
        if aborted is not UNSET:
            field_dict["aborted"] = aborted
        if rf_any is not UNSET:
            field_dict["rf_any"] = rf_any
        if step is not UNSET:
            field_dict["step"] = step
        if distance_km is not UNSET:
            field_dict["distance_km"] = distance_km

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        start = datetime.datetime.fromisoformat(d.pop("start"))

        end = datetime.datetime.fromisoformat(d.pop("end"))

        _kind = d.pop("kind", UNSET)
        kind: EntryShapeKindEnum | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_entry_shape_kind_enum(_kind)

        def _parse_side(data: object) -> None | OneSideEnum | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                side_type_0 = check_one_side_enum(data)

                return side_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OneSideEnum | Unset, data)

        side = _parse_side(d.pop("side", UNSET))

        def _parse_pre(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        pre = _parse_pre(d.pop("pre", UNSET))

        def _parse_during(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        during = _parse_during(d.pop("during", UNSET))

        def _parse_after(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        after = _parse_after(d.pop("after", UNSET))

        def _parse_next_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        next_ = _parse_next_(d.pop("next", UNSET))

        def _parse_limp(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        limp = _parse_limp(d.pop("limp", UNSET))

        def _parse_painkiller_24h(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        painkiller_24h = _parse_painkiller_24h(d.pop("painkiller_24h", UNSET))

        def _parse_aborted(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        aborted = _parse_aborted(d.pop("aborted", UNSET))

        def _parse_rf_any(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        rf_any = _parse_rf_any(d.pop("rf_any", UNSET))

        def _parse_step(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        step = _parse_step(d.pop("step", UNSET))

        def _parse_distance_km(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        distance_km = _parse_distance_km(d.pop("distance_km", UNSET))

        entry_shape_request = cls(
            start=start,
            end=end,
            kind=kind,
            side=side,
            pre=pre,
            during=during,
            after=after,
            next_=next_,
            limp=limp,
            painkiller_24h=painkiller_24h,
            aborted=aborted,
            rf_any=rf_any,
            step=step,
            distance_km=distance_km,
        )

        entry_shape_request.additional_properties = d
        return entry_shape_request

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
