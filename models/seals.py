"""The places that values are sealed for: every sealed column by name, and which row of it."""

from uuid import UUID

from models.full_name import name_to_find

ACCOUNT_FULL_NAME = "account.full_name"  # row: the account's id
ACCOUNT_PHONE = "account.phone"  # row: the account's id
ACCOUNT_EMAIL = "account.email"  # row: the account's id
CONTACT = "contact.sealed"  # row: contact_row(...)
ACT_FACTS = "admin_act.facts"  # row: the act's id
REQUEST_PERSON = "account_request.person"  # row: the request's id
REQUEST_REASON = "account_request.reason"  # row: the request's id
LISTED_PERSON = "listed_person.cells"  # row: listed_row(...)
CHALLENGE_PHONE = "otp_challenge.phone"  # row: the challenge's id
CHALLENGE_SECRET = "otp_challenge.secret"  # noqa: S105 - a place, not a secret; row: the challenge's id
CAPTCHA_ANSWER = "captcha.answer"  # row: the captcha's id
TYPED_NAME = "login_history.typed_name"  # row: the history row's id
EFFECT_ANSWER = "effect.answer"  # row: the Idempotency-Key
SUBJECT_SENSITIVE = "subject.sensitive"  # row: the subject's id
SUBJECT_REST = "subject.rest"  # row: the subject's id
DOSE_REASON = "dose.reason"  # row: the dose's id
DELIVERY_FACTS = "delivery.facts"  # row: delivery_row(...)

PHONE_KEY = "phone"
"""The kind of digest that `phone_key` columns hold, of the number in E.164."""
ACTIVATION_KEY = "activation"
"""The kind of digest that `activation.code_key` holds, of the account's number and the code."""
EMAIL_KEY = "email"
"""The kind of digest that `email_key` columns hold, of the address in small letters."""
ACCOUNT_VERSION = "account.version"
"""The kind of digest that tells whether an account is still as it was shown."""

LISTED_KEY = "listed"
"""The kind of digest that `listed_person.row_key` and `request_list.file_key` hold."""
PERSON_KEY = "person"
"""The kind of digest that `person_key` columns hold, of `person(...)`: nobody is found by a name alone (T27)."""


def person(full_name: str, phone: str) -> str:
    """Somebody as two requests know that they are about the same one: by name, however written, and number."""
    return f"{name_to_find(full_name)}|{phone}"


def listed_row(list_id: UUID, number: int) -> str:
    """The row of somebody on a list."""
    return f"{list_id}|{number}"


def contact_row(unit_id: int, kind: str) -> str:
    """The row of a contact."""
    return f"{unit_id}|{kind}"


def delivery_row(cause: str, account_id: int, chat: int) -> str:
    """The row of a delivery's facts: what is unique about it, because its id is not known before it is written."""
    return f"{cause}|{account_id}|{chat}"
