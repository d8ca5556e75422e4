"""One's own login history, page by page, whatever is shown for the cursor."""

from base64 import urlsafe_b64encode

import pytest

from models.refusals import Malformed
from tests.api.hands import Town

ROW = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"


@pytest.mark.parametrize(
    "told",
    [
        "",
        "no time",
        f"2021-10-15T08:00:00 {ROW}",
        "2021-10-15T08:00:00+07:00",
        "2021-10-15T08:00:00+07:00 17",
        f"0001-01-01T00:00:00+14:00 {ROW}",
        f"9999-12-31T23:59:59-14:00 {ROW}",
        f"2021-10-15T08:00:00+07:00 {ROW} and more",
        "đ",
    ],
)
async def test_T30_a_cursor_that_no_page_gave_is_malformed(town: Town, told: str) -> None:
    me = await town.sign_in(town.registry.account())
    for cursor in (urlsafe_b64encode(told.encode()).decode().rstrip("=") or "-", told.replace(" ", "%20") or "="):
        with pytest.raises(Malformed) as refusal:
            await me.login_history(cursor)
        assert refusal.value.fields == ["query.after"]
