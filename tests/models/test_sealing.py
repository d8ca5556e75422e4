"""Sealed values open in their place and nowhere else."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import seals
from models.sealing import NONCE_BYTES, Keys, SealBroken, same, token_digest

KEYS = Keys(current=1, sealing={1: bytes(32)}, digesting=bytes(32))
PLACES = [place for name, place in vars(seals).items() if name.isupper() and isinstance(place, str) and "." in place]


@given(plain=st.text(), row=st.one_of(st.integers(), st.uuids(), st.text()))
def test_what_was_sealed_opens_in_its_place(plain: str, row: object) -> None:
    assert KEYS.opened(KEYS.seal(plain, seals.ACCOUNT_PHONE, row), seals.ACCOUNT_PHONE, row) == plain


def test_T26_nothing_opens_in_another_place_or_row() -> None:
    spots = list(itertools.product(PLACES, [1, 2]))
    sealed = {spot: KEYS.seal("+84912345678", *spot) for spot in spots}
    swapped = [(made, tried) for made, tried in itertools.product(spots, spots) if made != tried]
    assert len(swapped) >= 100
    for made, tried in swapped:
        with pytest.raises(SealBroken):
            KEYS.opened(sealed[made], *tried)


def test_T26_no_place_holds_what_divides_it_from_the_row() -> None:
    assert not [place for place in PLACES if "|" in place]
    assert len(set(PLACES)) == len(PLACES) >= 8


@given(at=st.integers(0, 39), bit=st.integers(0, 7))
def test_T26_a_changed_bit_is_noticed(at: int, bit: int) -> None:
    sealed = bytearray(KEYS.seal("+84912345678", seals.ACCOUNT_PHONE, 1))
    sealed[at] ^= 1 << bit
    with pytest.raises(SealBroken):
        KEYS.opened(bytes(sealed), seals.ACCOUNT_PHONE, 1)


def test_T26_no_nonce_comes_twice() -> None:
    nonces = {KEYS.seal("", seals.ACCOUNT_PHONE, 1)[1 : 1 + NONCE_BYTES] for _ in range(10_000)}
    assert len(nonces) == 10_000


def test_T26_the_same_value_looks_different_each_time() -> None:
    assert KEYS.seal("x", seals.ACCOUNT_PHONE, 1) != KEYS.seal("x", seals.ACCOUNT_PHONE, 1)


def test_T26_another_installations_key_opens_nothing() -> None:
    theirs = replace(KEYS, sealing={1: b"\1" * 32})
    with pytest.raises(SealBroken):
        theirs.opened(KEYS.seal("x", seals.ACCOUNT_PHONE, 1), seals.ACCOUNT_PHONE, 1)


def test_T26_a_rotated_key_still_opens_what_it_sealed_until_it_is_taken_away() -> None:
    rotated = Keys(current=2, sealing={1: bytes(32), 2: b"\2" * 32}, digesting=bytes(32))
    old, new = KEYS.seal("old", "p", 1), rotated.seal("new", "p", 1)
    assert (rotated.opened(old, "p", 1), rotated.opened(new, "p", 1), new[0]) == ("old", "new", 2)
    with pytest.raises(SealBroken):
        replace(rotated, sealing={2: b"\2" * 32}).opened(old, "p", 1)


def test_T26_a_seal_does_not_open_under_another_keys_number() -> None:
    twice = Keys(current=1, sealing={1: bytes(32), 2: bytes(32)}, digesting=bytes(32))
    sealed = twice.seal("x", "p", 1)
    with pytest.raises(SealBroken):
        twice.opened(b"\2" + sealed[1:], "p", 1)


@pytest.mark.parametrize("broken", [b"", b"\1", b"\1" + bytes(12), b"\1" + bytes(20)])
def test_T26_a_stump_is_no_seal(broken: bytes) -> None:
    with pytest.raises(SealBroken):
        KEYS.opened(broken, "p", 1)


def test_T24_keys_do_not_show_themselves() -> None:
    secret = Keys(current=1, sealing={1: b"s" * 32}, digesting=b"d" * 32)
    assert "ssss" not in repr(secret)
    assert "dddd" not in repr(secret)


@pytest.mark.parametrize(
    "wrong",
    [
        {"current": 1, "sealing": {1: bytes(31)}, "digesting": bytes(32)},
        {"current": 1, "sealing": {1: bytes(32)}, "digesting": bytes(16)},
        {"current": 2, "sealing": {1: bytes(32)}, "digesting": bytes(32)},
    ],
)
def test_a_key_of_the_wrong_size_or_none_at_all_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="key"):
        Keys(**wrong)  # type: ignore[arg-type]  # that is the point


def test_T27_a_digest_is_its_kinds_and_its_keys_own() -> None:
    other = replace(KEYS, digesting=b"\1" * 32)
    digests = {
        KEYS.digest("phone", "+84912345678"),
        KEYS.digest("other", "+84912345678"),
        KEYS.digest("phone", "+84912345679"),
        other.digest("phone", "+84912345678"),
    }
    assert len(digests) == 4
    assert KEYS.digest("phone", "+84912345678") in digests


def test_a_token_is_known_by_its_digest_alone() -> None:
    assert same(token_digest("token"), token_digest("token"))
    assert not same(token_digest("token"), token_digest("Token"))
    assert same("mật khẩu", "mật khẩu".encode())
