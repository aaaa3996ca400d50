from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.diary_kind_enum import DiaryKindEnum, check_diary_kind_enum
from ..models.one_side_enum import OneSideEnum, check_one_side_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="DiaryEntry")


@_attrs_define
class DiaryEntry:
    """One session. `light`, `peak`, `rise`, `masked` are computed; `next_derived`: taken from a later `pre`."""

    id: UUID
    patient: UUID
    start: datetime.datetime
    end: datetime.datetime
    next_given_at: datetime.datetime | None
    light: str
    peak: int | None
    rise: int | None
    masked: bool
    next_derived: bool
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
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        start = self.start.isoformat()

        end = self.end.isoformat()

        next_given_at: None | str
        if isinstance(self.next_given_at, datetime.datetime):
            next_given_at = self.next_given_at.isoformat()
        else:
            next_given_at = self.next_given_at

        light = self.light

        peak: int | None
        peak = self.peak

        rise: int | None
        rise = self.rise

        masked = self.masked

        next_derived = self.next_derived

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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "start": start,
                "end": end,
                "next_given_at": next_given_at,
                "light": light,
                "peak": peak,
                "rise": rise,
                "masked": masked,
                "next_derived": next_derived,
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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        start = datetime.datetime.fromisoformat(d.pop("start"))

        end = datetime.datetime.fromisoformat(d.pop("end"))

        def _parse_next_given_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_given_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_given_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_given_at = _parse_next_given_at(d.pop("next_given_at"))

        light = d.pop("light")

        def _parse_peak(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        peak = _parse_peak(d.pop("peak"))

        def _parse_rise(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rise = _parse_rise(d.pop("rise"))

        masked = d.pop("masked")

        next_derived = d.pop("next_derived")

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

        diary_entry = cls(
            id=id,
            patient=patient,
            start=start,
            end=end,
            next_given_at=next_given_at,
            light=light,
            peak=peak,
            rise=rise,
            masked=masked,
            next_derived=next_derived,
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
        )

        diary_entry.additional_properties = d
        return diary_entry

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
