from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.clash_enum import ClashEnum, check_clash_enum
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.problem_errors import ProblemErrors


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """Why something was refused (RFC 9457). Kinds of refusals add members of their own."""

    type_: str
    """ The kind of the refusal. """
    title: str
    """ The kind in words, always in English. """
    status: int
    detail: str
    """ A sentence for a person, in the language that was asked. """
    errors: ProblemErrors | Unset = UNSET
    """ What is wrong, by the name of the field or query parameter. """
    clash: list[ClashEnum] | Unset = UNSET
    """ Of a visit that cannot be: what it clashes with. """
    rule: str | Unset = UNSET
    """ Of a clash with the hours: which rule, such as `buffer`. """
    changed: list[str] | Unset = UNSET
    """ Of an edit that came too late: the fields that somebody changed in between. """
    version: int | Unset = UNSET
    """ Of an edit that came too late: the version of the row now. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        errors: dict[str, Any] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = self.errors.to_dict()

        clash: list[str] | Unset = UNSET
        if not isinstance(self.clash, Unset):
            clash = []
            for clash_item_data in self.clash:
                clash_item: str = clash_item_data
                clash.append(clash_item)

        rule = self.rule

        changed: list[str] | Unset = UNSET
        if not isinstance(self.changed, Unset):
            changed = self.changed

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "title": title,
                "status": status,
                "detail": detail,
            }
        )
        if errors is not UNSET:
            field_dict["errors"] = errors
        if clash is not UNSET:
            field_dict["clash"] = clash
        if rule is not UNSET:
            field_dict["rule"] = rule
        if changed is not UNSET:
            field_dict["changed"] = changed
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.problem_errors import ProblemErrors  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = d.pop("status")

        detail = d.pop("detail")

        _errors = d.pop("errors", UNSET)
        errors: ProblemErrors | Unset
        if isinstance(_errors, Unset):
            errors = UNSET
        else:
            errors = ProblemErrors.from_dict(_errors)

        _clash = d.pop("clash", UNSET)
        clash: list[ClashEnum] | Unset = UNSET
        if _clash is not UNSET:
            clash = []
            for clash_item_data in _clash:
                clash_item = check_clash_enum(clash_item_data)

                clash.append(clash_item)

        rule = d.pop("rule", UNSET)

        changed = cast(list[str], d.pop("changed", UNSET))

        version = d.pop("version", UNSET)

        problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            errors=errors,
            clash=clash,
            rule=rule,
            changed=changed,
            version=version,
        )

        problem.additional_properties = d
        return problem

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
