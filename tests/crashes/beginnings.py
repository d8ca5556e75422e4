"""What has happened before a story begins, and the sign-in that most of them come after."""

from pydantic import SecretStr

from models.roles import Role
from models.words import UnitKind
from tests.api.hands import CODE, PASSWORD, Staff
from tests.crashes.people import Somebody, Story, gives_code, presses, says, says_password, says_username

NEW_PASSWORD = SecretStr("Sen hồng đầu hạ")
HANOI = "01"


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
    role, kind = Role.PROVINCE_ADMIN, UnitKind.DEPARTMENT_OF_HEALTH
    boss = one.lane.account("demo.boss", "+84912999999", role=role, kind=kind, area=HANOI)
    await is_signed_in_by_api(one, boss)
    await is_signed_in(one)


async def has_a_colleague(one: Somebody) -> None:
    """At the same unit; the person is signed in."""
    one.lane.account("demo.colleague", "+84912888888")
    await is_signed_in(one)


async def is_signed_in_by_api(one: Somebody, staff: Staff) -> None:
    """That account is signed in in the chat of somebody else."""
    other = await one.lane.play.newcomer("Demo")
    one.others.append(other)
    one.lane.town.chats[other.id].standing = "member"
    api = one.lane.api.by(chat=other.id, token=None, language="vi")
    begun = await api.start_sign_in(staff.username, PASSWORD)
    [*_, sms] = one.lane.town.sms.inbox(staff.phone or "")
    await api.confirm_otp(begun.id, begun.token, SecretStr(CODE.findall(sms.text)[0]))
