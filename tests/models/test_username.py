"""Usernames: one spelling for every way to type them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.refusals import UsernameInvalid
from models.rules import USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH
from models.username import USERNAME, folded, username

names = st.from_regex(USERNAME, fullmatch=True)
INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\x00", ""]


@given(name=names, invisible=st.sampled_from(INVISIBLE), upper=st.booleans(), full_width=st.booleans())
def test_T32_every_spelling_of_a_username_is_the_same_username(
    name: str, invisible: str, upper: bool, full_width: bool
) -> None:
    typed = f"  {name[:2]}{invisible}{name[2:]}\u00a0"
    if upper:
        typed = typed.upper()
    if full_width:
        typed = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in typed)
    assert username(typed) == name


@given(st.text(max_size=40))
def test_T32_what_is_folded_is_folded_once(typed: str) -> None:
    once = folded(typed)
    assert folded(unicodedata.normalize("NFD", typed)) == once
    try:
        assert username(username(typed)) == username(typed)
    except UsernameInvalid:
        assert not USERNAME.fullmatch(once)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a" * (USERNAME_MIN_LENGTH - 1),
        "a" * (USERNAME_MAX_LENGTH + 1),
        ".ab",
        "a b",
        "nguyễn",
        "admin\n; drop",
        "аdmin",  # the first letter is Cyrillic
        "ad'min",
    ],
)
def test_a_name_that_no_account_can_have_is_refused(typed: str) -> None:
    with pytest.raises(UsernameInvalid):
        username(typed)
