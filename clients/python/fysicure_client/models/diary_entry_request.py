from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.diary_kind_enum import DiaryKindEnum, check_diary_kind_enum
from ..models.on_duplicate_enum import OnDuplicateEnum, check_on_duplicate_enum
from ..models.one_side_enum import OneSideEnum, check_one_side_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="DiaryEntryRequest")


@_attrs_define
class DiaryEntryRequest:
    """One session. `light`, `peak`, `rise`, `masked` are computed; `next_derived`: taken from a later `pre`."""

    start: datetime.datetime
    end: datetime.datetime
    plan: UUID | Unset = UNSET
    kind: DiaryKindEnum | Unset = "run"
    """ * `run` - run
    * `exercise` - exercises
    * `other` - other activity
    * `rest` - rest day """
    side: None | OneSideEnum | Unset = UNSET
    pre: int | None | Unset = UNSET
    during: int | None | Unset = UNSET
    after: int | None | Unset = UNSET
    next_: int | None | Unset = UNSET
    limp: bool | Unset = False
    painkiller_24h: bool | Unset = False
    aborted: bool | Unset = False
    rf_any: bool | Unset = False
    distance_km: float | None | Unset = UNSET
    onset_km: float | None | Unset = UNSET
    exercises_done: list[str] | Unset = UNSET
    note: str | Unset = UNSET
    step: str | Unset = UNSET
    client_key: str | Unset = UNSET
    on_duplicate: OnDuplicateEnum | Unset = UNSET
    """ * `ask` - ask
    * `merge` - merge
    * `keep` - keep """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start = self.start.isoformat()

        end = self.end.isoformat()

        plan: str | Unset = UNSET
        if not isinstance(self.plan, Unset):
            plan = str(self.plan)

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

        limp = self.limp

        painkiller_24h = self.painkiller_24h

        aborted = self.aborted

        rf_any = self.rf_any

        distance_km: float | None | Unset
        if isinstance(self.distance_km, Unset):
            distance_km = UNSET
        else:
            distance_km = self.distance_km

        onset_km: float | None | Unset
        if isinstance(self.onset_km, Unset):
            onset_km = UNSET
        else:
            onset_km = self.onset_km

        exercises_done: list[str] | Unset = UNSET
        if not isinstance(self.exercises_done, Unset):
            exercises_done = self.exercises_done

        note = self.note

        step = self.step

        client_key = self.client_key

        on_duplicate: str | Unset = UNSET
        if not isinstance(self.on_duplicate, Unset):
            on_duplicate = self.on_duplicate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start": start,
                "end": end,
            }
        )
        if plan is not UNSET:
            field_dict["plan"] = plan
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
        if distance_km is not UNSET:
            field_dict["distance_km"] = distance_km
        if onset_km is not UNSET:
            field_dict["onset_km"] = onset_km
        if exercises_done is not UNSET:
            field_dict["exercises_done"] = exercises_done
        if note is not UNSET:
            field_dict["note"] = note
        if step is not UNSET:
            field_dict["step"] = step
        if client_key is not UNSET:
            field_dict["client_key"] = client_key
        if on_duplicate is not UNSET:
            field_dict["on_duplicate"] = on_duplicate

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        start = datetime.datetime.fromisoformat(d.pop("start"))

        end = datetime.datetime.fromisoformat(d.pop("end"))

        _plan = d.pop("plan", UNSET)
        plan: UUID | Unset
        if isinstance(_plan, Unset):
            plan = UNSET
        else:
            plan = UUID(_plan)

        _kind = d.pop("kind", UNSET)
        kind: DiaryKindEnum | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_diary_kind_enum(_kind)

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

        limp = d.pop("limp", UNSET)

        painkiller_24h = d.pop("painkiller_24h", UNSET)

        aborted = d.pop("aborted", UNSET)

        rf_any = d.pop("rf_any", UNSET)

        def _parse_distance_km(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        distance_km = _parse_distance_km(d.pop("distance_km", UNSET))

        def _parse_onset_km(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        onset_km = _parse_onset_km(d.pop("onset_km", UNSET))

        exercises_done = cast(list[str], d.pop("exercises_done", UNSET))

        note = d.pop("note", UNSET)

        step = d.pop("step", UNSET)

        client_key = d.pop("client_key", UNSET)

        _on_duplicate = d.pop("on_duplicate", UNSET)
        on_duplicate: OnDuplicateEnum | Unset
        if isinstance(_on_duplicate, Unset):
            on_duplicate = UNSET
        else:
            on_duplicate = check_on_duplicate_enum(_on_duplicate)

        diary_entry_request = cls(
            start=start,
            end=end,
            plan=plan,
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
            distance_km=distance_km,
            onset_km=onset_km,
            exercises_done=exercises_done,
            note=note,
            step=step,
            client_key=client_key,
            on_duplicate=on_duplicate,
        )

        diary_entry_request.additional_properties = d
        return diary_entry_request

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
