from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.gender_enum import GenderEnum, check_gender_enum
from ..models.language_enum import LanguageEnum, check_language_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="PatientShape")


@_attrs_define
class PatientShape:
    """Who a patient is. `version` counts corrections: send the one you read, and a later correction answers 409."""

    id: UUID
    family_name: str
    given_name: str
    birth_date: datetime.date
    archived_at: datetime.datetime | None
    gender: GenderEnum | Unset = UNSET
    """ * `female` - woman
    * `male` - man
    * `other` - other
    * `unknown` - unknown """
    national_number: None | str | Unset = UNSET
    phone: str | Unset = UNSET
    email: str | Unset = UNSET
    street: str | Unset = UNSET
    postal_code: str | Unset = UNSET
    city: str | Unset = UNSET
    country: str | Unset = UNSET
    language: LanguageEnum | Unset = UNSET
    """ * `nl` - Dutch
    * `fr` - French
    * `en` - English """
    general_practitioner: None | Unset | UUID = UNSET
    version: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        family_name = self.family_name

        given_name = self.given_name

        birth_date = self.birth_date.isoformat()

        archived_at: None | str
        if isinstance(self.archived_at, datetime.datetime):
            archived_at = self.archived_at.isoformat()
        else:
            archived_at = self.archived_at

        gender: str | Unset = UNSET
        if not isinstance(self.gender, Unset):
            gender = self.gender

        national_number: None | str | Unset
        if isinstance(self.national_number, Unset):
            national_number = UNSET
        else:
            national_number = self.national_number

        phone = self.phone

        email: str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        street = self.street

        postal_code = self.postal_code

        city = self.city

        country = self.country

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        general_practitioner: None | str | Unset
        if isinstance(self.general_practitioner, Unset):
            general_practitioner = UNSET
        elif isinstance(self.general_practitioner, UUID):
            general_practitioner = str(self.general_practitioner)
        else:
            general_practitioner = self.general_practitioner

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "family_name": family_name,
                "given_name": given_name,
                "birth_date": birth_date,
                "archived_at": archived_at,
            }
        )
        if gender is not UNSET:
            field_dict["gender"] = gender
        if national_number is not UNSET:
            field_dict["national_number"] = national_number
        if phone is not UNSET:
            field_dict["phone"] = phone
        if email is not UNSET:
            field_dict["email"] = email
        if street is not UNSET:
            field_dict["street"] = street
        if postal_code is not UNSET:
            field_dict["postal_code"] = postal_code
        if city is not UNSET:
            field_dict["city"] = city
        if country is not UNSET:
            field_dict["country"] = country
        if language is not UNSET:
            field_dict["language"] = language
        if general_practitioner is not UNSET:
            field_dict["general_practitioner"] = general_practitioner
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        family_name = d.pop("family_name")

        given_name = d.pop("given_name")

        birth_date = datetime.date.fromisoformat(d.pop("birth_date"))

        def _parse_archived_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                archived_at_type_0 = datetime.datetime.fromisoformat(data)

                return archived_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        archived_at = _parse_archived_at(d.pop("archived_at"))

        _gender = d.pop("gender", UNSET)
        gender: GenderEnum | Unset
        if isinstance(_gender, Unset):
            gender = UNSET
        else:
            gender = check_gender_enum(_gender)

        def _parse_national_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        national_number = _parse_national_number(d.pop("national_number", UNSET))

        phone = d.pop("phone", UNSET)

        def _parse_email(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        street = d.pop("street", UNSET)

        postal_code = d.pop("postal_code", UNSET)

        city = d.pop("city", UNSET)

        country = d.pop("country", UNSET)

        _language = d.pop("language", UNSET)
        language: LanguageEnum | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_language_enum(_language)

        def _parse_general_practitioner(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                general_practitioner_type_0 = UUID(data)

                return general_practitioner_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        general_practitioner = _parse_general_practitioner(d.pop("general_practitioner", UNSET))

        version = d.pop("version", UNSET)

        patient_shape = cls(
            id=id,
            family_name=family_name,
            given_name=given_name,
            birth_date=birth_date,
            archived_at=archived_at,
            gender=gender,
            national_number=national_number,
            phone=phone,
            email=email,
            street=street,
            postal_code=postal_code,
            city=city,
            country=country,
            language=language,
            general_practitioner=general_practitioner,
            version=version,
        )

        patient_shape.additional_properties = d
        return patient_shape

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
