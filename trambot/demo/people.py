"""The demo's people, whose given names all say «example»: their accounts, phones and parts to play."""

import json
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from models.roles import Level, Role
from models.words import UnitKind

PASSWORD = "sen-hong-2021"  # noqa: S105 - everybody's in the demo, and shown to whoever starts it


@dataclass(frozen=True)
class DemoUnit:
    """Where somebody works; found by kind and area, and made if a new installation has none."""

    name: str
    kind: UnitKind
    area: str
    level: Level


MINISTRY = DemoUnit("Bộ Y tế", UnitKind.MINISTRY, "VN", Level.NATIONAL)
HA_NOI = DemoUnit("Sở Y tế thành phố Hà Nội", UnitKind.DEPARTMENT_OF_HEALTH, "01", Level.PROVINCE)
DONG_THAP = DemoUnit("Sở Y tế tỉnh Đồng Tháp", UnitKind.DEPARTMENT_OF_HEALTH, "87", Level.PROVINCE)
THANH_TRI = DemoUnit("Trung tâm Y tế huyện Thanh Trì", UnitKind.HOSPITAL, "020", Level.DISTRICT)
TU_HIEP = DemoUnit("Trạm y tế xã Tứ Hiệp", UnitKind.COMMUNE_HEALTH_STATION, "00658", Level.COMMUNE)
TU_HIEP_SITE = DemoUnit("Điểm tiêm chủng xã Tứ Hiệp", UnitKind.VACCINATION_SITE, "00658", Level.COMMUNE)


@dataclass(frozen=True)
class Person:
    """Somebody with a phone in the hand, and perhaps an account."""

    family_name: str
    given_name: str
    phone: str
    """The number of the phone in their hand, E.164."""
    note: str

    @property
    def full_name(self) -> str:
        """The way it is said in Vietnam."""
        return f"{self.family_name} {self.given_name}"


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo."""

    username: str
    role: Role
    unit: DemoUnit
    person: Person
    knows_phone: bool = True
    """Whether the account has the phone number already; if not, the first sign-in asks for it (R3)."""
    must_change_password: bool = False
    may_call_api: bool = False
    """Whether it may sign in without the bot (R10)."""


def _person(number: int, family_name: str, given_name: str, note: str) -> Person:
    return Person(family_name, given_name, f"+8490000{number:04}", note)


ACCOUNTS = (
    DemoAccount(
        "demo.yta",
        Role.HEALTH_STAFF,
        TU_HIEP,
        _person(10, "Đỗ Thị", "Thí Điểm", "Y tá, tài khoản chưa có số điện thoại"),
        knows_phone=False,
    ),
    DemoAccount(
        "demo.tuhiep",
        Role.COMMUNE_ADMIN,
        TU_HIEP,
        _person(5, "Hoàng Thị", "Trình Diễn", "Admin Xã Tứ Hiệp"),
    ),
    DemoAccount(
        "demo.soyte.hn",
        Role.PROVINCE_ADMIN,
        HA_NOI,
        _person(2, "Trần Văn", "Thử", "Admin Tỉnh, Sở Y tế Hà Nội"),
    ),
    DemoAccount(
        "demo.quantri",
        Role.SYSTEM_ADMIN,
        MINISTRY,
        _person(1, "Nguyễn Thị", "Mẫu", "Quản trị hệ thống"),
        may_call_api=True,
    ),
    DemoAccount(
        "demo.soyte.dt",
        Role.PROVINCE_ADMIN,
        DONG_THAP,
        _person(3, "Lê Thị", "Ví Dụ", "Admin Tỉnh, Sở Y tế Đồng Tháp"),
    ),
    DemoAccount(
        "demo.thanhtri",
        Role.DISTRICT_ADMIN,
        THANH_TRI,
        _person(4, "Phạm Văn", "Minh Họa", "Admin Huyện Thanh Trì"),
    ),
    DemoAccount(
        "demo.tuhiep2",
        Role.COMMUNE_ADMIN,
        TU_HIEP,
        _person(6, "Vũ Văn", "Tập Dượt", "Admin Xã, lần đầu: phải đổi mật khẩu"),
        must_change_password=True,
    ),
    DemoAccount(
        "demo.luudong",
        Role.MOBILE_VACCINATOR,
        TU_HIEP,
        _person(7, "Đặng Thị", "Giả Định", "Admin Tiêm lưu động"),
    ),
    DemoAccount(
        "demo.diemtiem",
        Role.SITE_STAFF,
        TU_HIEP_SITE,
        _person(8, "Bùi Văn", "Nháp", "Cán bộ cơ sở tiêm"),
    ),
    DemoAccount(
        "demo.nhanvien",
        Role.HEALTH_STAFF,
        DONG_THAP,
        _person(9, "Ngô Thị", "Thí Dụ", "Nhân viên cơ sở y tế, Đồng Tháp"),
    ),
)
STRANGER = _person(99, "Lý Văn", "Người Lạ", "Không có tài khoản")


def write(file: Path) -> None:
    """Write the phones' owners for the simulator, which tells whoever plays them how to sign in."""
    owners = [(account.person, f"Tên đăng nhập: {account.username}\nMật khẩu: {PASSWORD}") for account in ACCOUNTS] + [
        (STRANGER, "")
    ]
    shapes = [_telegram(number, person, hint) for number, (person, hint) in enumerate(owners, start=1001)]
    file.write_text(json.dumps(shapes, ensure_ascii=False, indent=1), encoding="utf-8")


def _telegram(number: int, person: Person, hint: str) -> dict[str, str | int]:
    return {
        "id": number,
        "first_name": person.full_name,  # Telegram would turn the order of the names round
        "phone": person.phone,
        "note": person.note,
        "hint": hint,
    }


def table() -> Table:
    """Everybody's way in, for whoever started the demo."""
    table = Table(box=None, padding=(0, 1), pad_edge=False)  # 79 characters wide
    for heading in ("username", "password", "role", "unit"):
        table.add_column(heading, no_wrap=True)
    for account in ACCOUNTS:
        table.add_row(account.username, PASSWORD, account.role, account.unit.name)
    return table


def peculiarities() -> list[str]:
    """What is special about some of the accounts, in sentences."""
    return [
        f"{account.username} {said}"
        for account in ACCOUNTS
        for said, true in (
            ("has no phone number yet and is asked for it.", not account.knows_phone),
            ("got the password from somebody else and must change it.", account.must_change_password),
            ("may sign in to the API without the bot; docs/api.md shows how.", account.may_call_api),
        )
        if true
    ]
