"""The children's logs stay short while the child goes on writing."""

from pathlib import Path

from trambot.demo.logs import keep_short


def test_a_long_log_is_moved_aside_and_written_on_from_the_beginning(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    with log.open("ab", buffering=0) as child:
        child.write(b"old\n" * 10)
        keep_short(log, longest=20)
        child.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert (tmp_path / "api.old.log").read_bytes() == b"old\n" * 10


def test_a_short_log_stays(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_bytes(b"short\n")
    keep_short(log, longest=20)
    assert log.read_bytes() == b"short\n"
    assert not (tmp_path / "api.old.log").exists()
