"""What may be a password: length, not composition."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.password import LOCAL_FAVOURITES, acceptable, composed
from models.refusals import PasswordIsUsername, PasswordTooCommon, PasswordTooLong, PasswordTooShort, Refusal
from models.rules import PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH

GOOD = "Lúa chín vàng đồng"


def test_a_sentence_is_a_password() -> None:
    assert acceptable(GOOD, username="demo.tramyte") == GOOD


@given(st.text(max_size=PASSWORD_MAX_LENGTH))
def test_T32_a_password_is_the_same_however_the_keyboard_composes_it(typed: str) -> None:
    assert composed(unicodedata.normalize("NFD", typed)) == composed(unicodedata.normalize("NFC", typed))


@pytest.mark.parametrize("typed", [" Lúa chín vàng đồng", "lúa chín vàng đồng", "Lua chin vang dong"])
def test_every_other_character_counts(typed: str) -> None:
    assert composed(typed) != composed(GOOD)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("x" * (PASSWORD_MIN_LENGTH - 1), PasswordTooShort(min=PASSWORD_MIN_LENGTH)),
        ("xy z" * 32 + "!", PasswordTooLong(max=PASSWORD_MAX_LENGTH)),
        ("Demo.Tramyte", PasswordIsUsername()),
        ("my demo.tramyte password", PasswordIsUsername()),
        ("password", PasswordTooCommon()),
        ("12345678", PasswordTooCommon()),
        ("PassWord1", PasswordTooCommon()),
        ("aaaaaaaaaa", PasswordTooCommon()),
        ("1212121212", PasswordTooCommon()),
        *((f"{word.capitalize()}@2021", PasswordTooCommon()) for word in LOCAL_FAVOURITES),
    ],
)
def test_a_password_that_everybody_tries_is_refused_with_its_reason(typed: str, refusal: Refusal) -> None:
    with pytest.raises(type(refusal)) as given_refusal:
        acceptable(typed, username="demo.tramyte")
    assert given_refusal.value.facts() == refusal.facts()


def test_the_limits_themselves_are_allowed() -> None:
    shortest, longest = "Lúa chín", "Lúa chín" * (PASSWORD_MAX_LENGTH // 8)
    assert (len(shortest), len(longest)) == (PASSWORD_MIN_LENGTH, PASSWORD_MAX_LENGTH)
    assert acceptable(shortest, username="demo") == shortest
    assert acceptable(longest, username="demo") == longest
