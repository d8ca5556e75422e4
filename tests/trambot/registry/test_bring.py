"""Bringing a registry in: every row once, whatever happens on the way, and every refused row with its reason (R19)."""

import csv
import os
import signal
import time
from pathlib import Path

import pytest
import xlsxwriter
import zstandard

from models.look_up import LookUpSecrets, wanted
from models.sealed_subjects import opened
from tests.fire.series import Fire
from tests.trambot.registry.conftest import KEYS, Installation
from trambot.registry.bring import refused_file

HEAD = "Họ và tên,Ngày sinh,Giới tính,CMT/CCCD/Hộ chiếu,Số điện thoại,Người giám hộ,Mã phường/xã,Địa chỉ\n"
GOOD = "NGUYỄN VĂN A,1/2/1990,Nam,001090123456;012345678,0987 654 321,,00658,\n"
WRONG = {
    "Trần Thị B,1990,Nữ,,,,00658,\n": "để tra cứu được",
    "Trần Thị B,31/2/1990,Nữ,,0912345678,,00658,\n": "Ngày sinh",
    "Trần Thị B,1990,Nam,001190123456,0912345678,,00658,\n": "CCCD",
    "Trần Thị B,1990,?,,0912345678,,00658,\n": "Giới tính",
    "Trần Thị B,1990,Nữ,,0912345678,,99999,\n": "phường/xã",
    "Trần Thị B,1990,Nữ,,0912345678,00658,\n": "Số ô",
}
PER_PERSON = "SELECT count(*) FROM (SELECT DISTINCT phone_key, document_key FROM subject)"


def test_R18_R19_good_rows_are_subjects_and_wrong_ones_come_back_with_the_reason(
    installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "subjects.csv"
    path.write_text(HEAD + GOOD + "".join(WRONG), encoding="utf-8")
    assert installation.bring(path) == (0, f"1 {len(WRONG)}\n")
    [(id_, unit, scheme, area, sensitive, rest, phone_key)] = installation.owner.execute(
        "SELECT id, unit_id, scheme, area, sensitive_sealed, rest_sealed, phone_key FROM subject"
    )
    somebody = opened(KEYS, id_, sensitive, rest, scheme, area)
    assert (somebody.sensitive.full_name, somebody.rest.phones) == ("Nguyễn Văn A", ("+84987654321",))
    assert LookUpSecrets.of(KEYS).keys(wanted("nguyen van a 0987654321")) == [phone_key]
    assert installation.one("SELECT count(*) FROM subject_key") == 1
    assert unit == installation.one("SELECT id FROM unit WHERE area = '00658' AND kind = 'commune_health_station'")
    refused = refused_file(str(path))
    assert refused.stat().st_mode & 0o777 == 0o600
    [_, *rows] = csv.reader(refused.read_text(encoding="utf-8-sig").splitlines())
    assert [int(row[0]) for row in rows] == list(range(3, 3 + len(WRONG)))
    for row, (given, reason) in zip(rows, WRONG.items(), strict=True):
        assert reason.lower() in row[1].lower()
        assert row[2:] == given.strip().split(",")


def test_R19_nothing_is_brought_in_twice(installation: Installation, tmp_path: Path) -> None:
    path, other = tmp_path / "subjects.csv", tmp_path / "copy.csv"
    for file in (path, other):
        file.write_text(HEAD + GOOD, encoding="utf-8")
    assert installation.bring(path)[0] == 0
    assert "was brought in on" in installation.refuses(other)
    assert installation.subjects == 1


def test_R19_T21_every_kind_of_file_is_the_same_rows(installation: Installation, people: Path, tmp_path: Path) -> None:
    few = people.read_bytes().splitlines(keepends=True)[:60]
    packed, workbook = tmp_path / "packed.csv.zst", tmp_path / "book.xlsx"
    packed.write_bytes(zstandard.compress(b"".join([few[0], *few[20:40]])))
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(line.decode() for line in [few[0], *few[40:60]])):
            sheet.write_row(number, 0, row)
    assert installation.bring("-", b"".join(few[:20])) == (0, "19 0\n")
    assert installation.bring(packed) == (0, "20 0\n")
    assert installation.bring(workbook) == (0, "20 0\n")
    assert installation.subjects == 59


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "Họ và tên,Ngày sinh\nA,1990\n", "Giới tính, Mã phường/xã"),
        ("a.csv", "", "no rows"),
        ("a.csv", HEAD, "no rows"),
        ("a.txt", HEAD + GOOD, "no .csv"),
        ("a.xlsx", HEAD + GOOD, "no workbook"),
    ],
)
def test_R19_what_is_no_table_of_subjects_is_told(
    installation: Installation, tmp_path: Path, name: str, content: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert said in installation.refuses(path)
    assert not list(tmp_path.glob("*.refused*"))


@pytest.mark.fire("imports")
def test_R19_T46_killed_at_any_point_every_row_is_there_once(
    installation: Installation, people: Path, fire: Fire
) -> None:
    """Killed as soon as a further piece is there, or a moment later, with all its processes or alone."""
    dice = fire.dice()
    kills = fire.size(short=3, long=60)
    for _ in range(kills):
        before = installation.one("SELECT count(*) FROM subject_import_piece")
        process = installation.begin(str(people), processes=2)
        until = time.monotonic() + 30
        while installation.one("SELECT count(*) FROM subject_import_piece") == before and process.poll() is None:
            assert time.monotonic() < until
        time.sleep(dice.choice((0, 0, dice.random() * 0.02)))
        if process.poll() is None:
            if dice.random() < 0.5:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.communicate(timeout=30)
    code, said = installation.bring(people)
    if code != 0:  # the last one was faster than its killer
        assert "was brought in on" in said
    doubled = 10_000 - installation.one(PER_PERSON)
    assert (installation.subjects, doubled) == (10_000, 0)
    assert installation.one("SELECT sum(rows) FROM subject_import_piece") == 10_000
    fire.figure("T46", f"rows lost or brought in twice of 10,000, killed {kills} times", "0")


def test_T46_a_file_that_changed_meanwhile_is_not_gone_on_with(installation: Installation, people: Path) -> None:
    process = installation.begin(str(people))
    while installation.one("SELECT count(*) FROM subject_import_piece") < 3:
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    begin = installation.one('SELECT max("begin") FROM subject_import_piece')
    changed = bytearray(people.read_bytes())
    changed[begin + changed[begin:].index(b"0")] = ord("1")
    people.write_bytes(changed)
    said = installation.refuses(people)
    assert f"The file has changed at byte {begin}" in said


def test_R19_one_import_at_a_time(installation: Installation, people: Path) -> None:
    installation.owner.execute("SELECT pg_advisory_lock(hashtextextended('subject_import', 0))")
    said = installation.refuses(people)
    assert "Another import is under way" in said
