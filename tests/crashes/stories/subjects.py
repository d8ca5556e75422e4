"""People in the registry."""

from tests.crashes.beginnings import is_signed_in
from tests.crashes.people import Somebody, Story, presses, says


async def somebody_is_to_be_found(one: Somebody) -> None:
    """A subject whom the person looks for."""
    one.lane.registry.subject()
    await is_signed_in(one)


LOOK_UP = Story(
    "a look-up",
    before=somebody_is_to_be_found,
    begins=presses("🔎 Tra cứu đối tượng"),
    does={
        "Gửi họ và tên kèm số điện thoại": says("NGUYEN VAN A 0987654321"),
        "Kết quả tra cứu": presses("👤 1. N•• V•• A•• · 1990"),
    },
    ends=("Ngày sinh: 01/02/1990",),
)
STORIES = (LOOK_UP,)
