"""Phone numbers: the Vietnamese mobile that can receive an OTP, and any that somebody is known by."""

import re

import phonenumbers

from models.refusals import ContactPhoneInvalid, PhoneInvalid, SubjectPhoneInvalid
from models.spelling import plain_number, without_spaces

SUBJECT_PHONES = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE})
OTP_PHONE = re.compile(r"\+84[35789]\d{8}", re.ASCII)


def _mobiles() -> re.Pattern[str]:
    known = phonenumbers.PhoneMetadata.metadata_for_region("VN")
    if known is None or known.mobile is None:
        raise LookupError("phonenumbers knows no mobiles of Vietnam")
    return re.compile(f"0({known.mobile.national_number_pattern})", re.ASCII)


MOBILE = _mobiles()
"""A Vietnamese mobile's number, as the library knows them. To have it look at everything else that a number may be
takes a hundred times as long, and a registry has many."""


def otp_phone(written: str) -> str:
    """The mobile number in E.164 («+84…»), however a person wrote it: 0…, 84…, +84…, spaces, dots.

    `phonenumbers` alone accepts extensions, foreign numbers and prefixes withdrawn in 2018, so its answer is checked.

    Raises:
        PhoneInvalid: it is not a Vietnamese mobile number.
    """
    plain = without_spaces(written)
    if re.fullmatch(r"84\d{9}", plain, re.ASCII):
        plain = f"+{plain}"
    try:
        number = phonenumbers.parse(plain, "VN")
    except phonenumbers.NumberParseException:
        raise PhoneInvalid from None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if number.extension or not is_mobile or not OTP_PHONE.fullmatch(e164):
        raise PhoneInvalid
    return e164


def subject_phone(written: str) -> str:
    """A subject's number in E.164, mobile or landline, however a person wrote it (R16).

    Raises:
        SubjectPhoneInvalid: no phone in Vietnam has it.
    """
    plain = plain_number(written)
    if MOBILE.fullmatch(plain):
        return f"+84{plain[1:]}"
    if re.fullmatch(r"84\d{9,10}", plain, re.ASCII):
        plain = f"+{plain}"
    if not re.fullmatch(r"(\+84|0)\d{9,10}", plain, re.ASCII):
        raise SubjectPhoneInvalid
    number = phonenumbers.parse(plain, "VN")
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in SUBJECT_PHONES:
        raise SubjectPhoneInvalid
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def contact_phone(written: str) -> str:
    """A number to call, as people write it: a mobile, a landline, or a hotline.

    Raises:
        ContactPhoneInvalid: no phone in Vietnam has it.
    """
    try:
        number = phonenumbers.parse(plain_number(written), "VN")
    except phonenumbers.NumberParseException:
        raise ContactPhoneInvalid from None
    if number.country_code != 84 or number.extension or not phonenumbers.is_valid_number(number):
        raise ContactPhoneInvalid
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def masked(phone: str) -> str:
    """Enough of an E.164 number to recognise one's own: «09•• ••• 321»."""
    return f"0{phone[3]}•• ••• {phone[-3:]}"


def national(phone: str) -> str:
    """An E.164 Vietnamese number as people write it: «0912 345 678»."""
    digits = "0" + phone.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
