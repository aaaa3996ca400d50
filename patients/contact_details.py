"""Phone numbers and postal codes as people type them, made fit to keep."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat

HOME = "BE"
_BELGIAN_MOBILE = re.compile(r"\+32(4[5-9]\d)(\d\d)(\d\d)(\d\d)")
_BELGIAN_POSTAL_CODE = re.compile(r"[1-9]\d{3}")


def read_phone(text: str) -> str:
    """Return a phone number in E.164 (+32470123456). Without country code it is Belgian. Raises ValueError."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(text)
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def is_postal_code(text: str, country: str) -> bool:
    """Whether a postal code can be one of the country; only Belgian ones (four digits from 1000) are known here."""
    return country != HOME or bool(_BELGIAN_POSTAL_CODE.fullmatch(text))


def shown_phone(number: str) -> str:
    """Return a kept phone number as it is written at home: national for Belgium, else international."""
    if not number:
        return ""
    mobile = _BELGIAN_MOBILE.fullmatch(number)  # four of five; asking the library takes thirty times as long
    if mobile:
        return "0" + " ".join(mobile.groups())
    return _shown(number)


@lru_cache(maxsize=4096)
def _shown(number: str) -> str:
    parsed = phonenumbers.parse(number)
    is_home = parsed.country_code == phonenumbers.country_code_for_region(HOME)
    style = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, style))
