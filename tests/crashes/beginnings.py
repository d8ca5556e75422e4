"""What has happened before a story begins, and the sign-in that most of them come after."""

from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from api.client import Api
from models.roles import Role
from models.rules import FRESH_OTP
from models.words import UnitKind
from tests.api.hands import CODE, PASSWORD, Staff
from tests.crashes.lanes import SETTLED_WITHIN, until
from tests.crashes.people import Somebody, Story, gives_code, presses, says, says_password, says_username

NEW_PASSWORD = SecretStr("Sen hồng đầu hạ")
DEPARTMENT: dict[str, Any] = {"role": Role.PROVINCE_ADMIN, "kind": UnitKind.DEPARTMENT_OF_HEALTH, "area": "01"}
"""What makes an account one of Hà Nội's Department of Health."""


async def nothing(one: Somebody) -> None:
    """Nothing has happened yet."""


SIGN_IN = Story(
    "a sign-in",
    before=nothing,
    begins=says("/start"),
    does={
        "Vui lòng đăng nhập để làm việc": presses("Đăng nhập"),
        "nhập Tên đăng nhập": says_username,
        "nhập Mật khẩu": says_password,
        "Xác nhận OTP": gives_code,
    },
    ends=("Bạn muốn làm gì",),
)


async def was_sent_a_code(one: Somebody) -> None:
    """And has not given it."""
    await one.follow(SIGN_IN.does, ("Xác nhận OTP",), begins=SIGN_IN.begins)


async def is_signed_in(one: Somebody) -> None:
    """Here, and in another chat."""
    await is_signed_in_by_api(one, one.staff)
    await one.lives_through(SIGN_IN)


async def has_a_supervisor(one: Somebody) -> None:
    """Who is signed in, as the person is."""
    await is_signed_in_by_api(one, boss(one))
    await is_signed_in(one)


async def has_a_colleague(one: Somebody) -> None:
    """At the same unit; both are signed in."""
    await is_signed_in_by_api(one, colleague(one))
    await is_signed_in(one)


async def gave_an_otp_long_ago(one: Somebody) -> None:
    """There is a colleague; and before something sensitive the person will be asked for another OTP."""
    await has_a_colleague(one)
    one.lane.turn(FRESH_OTP)


def boss(one: Somebody) -> Staff:
    """An admin of the Department of Health."""
    return one.lane.registry.account("+84912999999", username="demo.boss", **DEPARTMENT)


def colleague(one: Somebody) -> Staff:
    """Another admin of the health station."""
    return one.lane.registry.account("+84912888888", username="demo.colleague")


async def is_signed_in_by_api(one: Somebody, staff: Staff) -> Api:
    """That account is signed in in the chat of somebody else."""
    other = await one.lane.play.newcomer("Demo")
    one.others.append(other)
    one.lane.town.chats[other.id].standing = "member"
    api = one.lane.api.by(chat=other.id, token=None, language="vi")
    begun = await api.start_sign_in(staff.username, PASSWORD)
    await until(lambda: bool(one.lane.town.sms.inbox(staff.phone or "")), SETTLED_WITHIN)
    [*_, sms] = one.lane.town.sms.inbox(staff.phone or "")
    opened = await api.confirm_otp(begun.id, begun.token, SecretStr(CODE.findall(sms.text)[0]))
    return replace(api, token=opened.token)
