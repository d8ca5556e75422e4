"""Signing in and out."""

from tests.crashes.beginnings import SIGN_IN, is_signed_in, nothing, was_sent_a_code
from tests.crashes.people import Story, asks_for_another_code, gives_phone, presses, reads_captcha

FIRST_PHONE = Story(
    "a first phone",
    has_phone=False,
    before=nothing,
    begins=SIGN_IN.begins,
    does={"Nhập số di động": gives_phone, "ký tự trong hình": reads_captcha, **SIGN_IN.does},
    ends=SIGN_IN.ends,
)
RESEND = Story(
    "another OTP",
    before=was_sent_a_code,
    begins=asks_for_another_code,
    does=SIGN_IN.does,
    ends=SIGN_IN.ends,
)
SIGN_OUT = Story(
    "a sign-out",
    before=is_signed_in,
    begins=presses("Đăng xuất"),
    does={"Lần sau bạn cần mã OTP mới": presses("Đăng xuất")},
    ends=("Đã đăng xuất",),
)
STORIES = (SIGN_IN, FIRST_PHONE, RESEND, SIGN_OUT)
