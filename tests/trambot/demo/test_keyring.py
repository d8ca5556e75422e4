"""The demo's secrets: made once, private, and handed out to those who need them."""

from base64 import b64decode
from pathlib import Path

from trambot.demo.keyring import Keyring


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = Keyring(tmp_path).secret("service-key")
    assert Keyring(tmp_path).secret("service-key") == first
    assert len(first) >= 32
    assert Keyring(tmp_path).secret("another") != first


def test_a_key_is_32_bytes(tmp_path: Path) -> None:
    assert len(b64decode(Keyring(tmp_path).key("data-key"), validate=True)) == 32


def test_T24_only_their_owner_can_read_the_files(tmp_path: Path) -> None:
    Keyring(tmp_path).secret("service-key")
    handed = Keyring(tmp_path).hand_to("bot", {"TRAMBOT_SERVICE_KEY": "x"})
    for file in (tmp_path / "service-key", handed / "TRAMBOT_SERVICE_KEY"):
        assert file.stat().st_mode & 0o077 == 0


def test_what_a_part_no_longer_needs_is_taken_back(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.hand_to("bot", {"TRAMBOT_OLD": "x"})
    assert [file.name for file in keyring.hand_to("bot", {"TRAMBOT_NEW": "y"}).iterdir()] == ["TRAMBOT_NEW"]
