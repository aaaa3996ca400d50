from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.role_enum import RoleEnum, check_role_enum

if TYPE_CHECKING:
    from ..models.token_shape import TokenShape


T = TypeVar("T", bound="MeShape")


@_attrs_define
class MeShape:
    """An account. `practitioner` and `patient` are the ids under which the practice knows its owner, or null."""

    id: UUID
    name: str
    email: str
    role: RoleEnum
    """ * `therapist` - physiotherapist
    * `receptionist` - receptionist
    * `patient` - patient
    * `admin` - practice owner """
    practitioner: None | UUID
    patient: None | UUID
    token: None | TokenShape
    """ Null for a browser that signed in. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.token_shape import TokenShape  # noqa: PLC0415

        id = str(self.id)

        name = self.name

        email = self.email

        role: str = self.role

        practitioner: None | str
        if isinstance(self.practitioner, UUID):
            practitioner = str(self.practitioner)
        else:
            practitioner = self.practitioner

        patient: None | str
        if isinstance(self.patient, UUID):
            patient = str(self.patient)
        else:
            patient = self.patient

        token: dict[str, Any] | None
        if isinstance(self.token, TokenShape):
            token = self.token.to_dict()
        else:
            token = self.token

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "email": email,
                "role": role,
                "practitioner": practitioner,
                "patient": patient,
                "token": token,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.token_shape import TokenShape  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        email = d.pop("email")

        role = check_role_enum(d.pop("role"))

        def _parse_practitioner(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                practitioner_type_0 = UUID(data)

                return practitioner_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        practitioner = _parse_practitioner(d.pop("practitioner"))

        def _parse_patient(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                patient_type_0 = UUID(data)

                return patient_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        patient = _parse_patient(d.pop("patient"))

        def _parse_token(data: object) -> None | TokenShape:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                token_type_0 = TokenShape.from_dict(data)

                return token_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TokenShape, data)

        token = _parse_token(d.pop("token"))

        me_shape = cls(
            id=id,
            name=name,
            email=email,
            role=role,
            practitioner=practitioner,
            patient=patient,
            token=token,
        )

        me_shape.additional_properties = d
        return me_shape

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
