"""One's own account: its password, its sessions."""

from tests.api.hands import PASSWORD
from tests.crashes.beginnings import NEW_PASSWORD, SIGN_IN, has_a_supervisor, is_signed_in
from tests.crashes.people import Story, presses, presses_first, says_secret

CHANGE_PASSWORD = Story(
    "a change of password",
    before=is_signed_in,
    begins=presses("Đổi mật khẩu"),
    does={"mật khẩu hiện tại": says_secret(PASSWORD), "mật khẩu mới": says_secret(NEW_PASSWORD)},
    ends=("Đã đổi mật khẩu",),
)
NOT_ME = Story(
    "a report and a new password",
    before=has_a_supervisor,
    begins=presses("Lịch sử đăng nhập"),
    does={
        "Lịch sử đăng nhập": presses("🚫 Không phải tôi"),
        "Lần đăng nhập nào": presses_first,
        "Tất cả phiên đăng nhập": presses("🚫 Không phải tôi, kết thúc tất cả phiên"),
        "nhập mật khẩu mới": says_secret(NEW_PASSWORD),
        **SIGN_IN.does,
    },
    ends=("Đã kết thúc 2 phiên", "Đã đổi mật khẩu"),
)
END_SESSION = Story(
    "the end of another session",
    before=is_signed_in,
    begins=presses("Phiên đang mở"),
    does={"Bấm vào phiên cần kết thúc": presses_first},
    ends=("Đã kết thúc phiên",),
)
STORIES = (CHANGE_PASSWORD, NOT_ME, END_SESSION)
