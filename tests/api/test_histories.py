"""The login history of those whom one manages (R2)."""

import pytest
from pydantic import SecretStr

from api.acts.login_history import ROWS_A_PAGE
from api.client import Api
from models.refusals import Malformed, NotFound, WrongCredentials
from models.roles import Role
from models.rules import PASSWORD_FAILURES_FORGOTTEN_AFTER as PAUSE
from models.words import Attempt, UnitKind
from tests.api.hands import Staff, Town

WRONG = SecretStr("không phải mật khẩu này")
SCOPES = [(Role.SYSTEM_ADMIN, UnitKind.MINISTRY, "VN"), (Role.PROVINCE_ADMIN, UnitKind.DEPARTMENT_OF_HEALTH, "01")]


async def fails(town: Town, staff: Staff, times: int = 1) -> None:
    """Somebody tries the wrong password; the waits are over each time."""
    for _ in range(times):
        town.clock.turn(PAUSE)
        with pytest.raises(WrongCredentials):
            await town.chat(77).start_sign_in(staff.username, WRONG)


async def all_pages(api: Api, account: int | None = None) -> list[tuple[str, Attempt]]:
    """Every row, from page to page."""
    rows, after = [], None
    while True:
        page = await (api.attempts(after) if account is None else api.attempts_on(account, after))
        assert len(page.rows) <= ROWS_A_PAGE
        rows += [(row.username, row.attempt) for row in page.rows]
        after = page.next
        if after is None:
            return rows


@pytest.mark.parametrize(("role", "kind", "area"), SCOPES)
async def test_R02_an_admin_reads_the_history_of_the_scope_newest_first(
    town: Town, role: Role, kind: UnitKind, area: str
) -> None:
    boss = town.registry.account("+84987654321", username="boss", role=role, kind=kind, area=area)
    here, there = town.registry.account(username="o.day"), town.registry.account(username="o.ngu.hiep", area="00661")
    await fails(town, here, 6)
    await fails(town, there, 6)
    api = await town.sign_in(boss, 5)
    assert await all_pages(api) == [
        ("boss", Attempt.SIGNED_IN),
        ("boss", Attempt.PASSWORD_RIGHT),
        *[("o.ngu.hiep", Attempt.WRONG_PASSWORD)] * 6,
        *[("o.day", Attempt.WRONG_PASSWORD)] * 6,
    ]
    assert await all_pages(api, here.id) == [("o.day", Attempt.WRONG_PASSWORD)] * 6


async def test_R02_R12_what_is_out_of_scope_is_in_no_history(town: Town) -> None:
    staff, stranger = town.registry.account(), town.registry.account(username="o.ngu.hiep", area="00661")
    await fails(town, stranger)
    api = await town.sign_in(staff)
    assert {name for name, _ in await all_pages(api)} == {staff.username}
    with pytest.raises(NotFound):
        await api.attempts_on(stranger.id)
    with pytest.raises(NotFound):
        await (await town.sign_in(town.registry.account(role=Role.SITE_STAFF), 3)).attempts()


async def test_R02_attempts_under_unknown_names_are_shown_to_the_system_admin_alone_and_by_their_first_letters(
    town: Town,
) -> None:
    with pytest.raises(WrongCredentials):
        await town.chat(77).start_sign_in("mat.khau.that", WRONG)
    first, second = (
        town.registry.account(f"+8498765432{n}", username=f"boss.{n}", role=role, kind=kind, area=area)
        for n, (role, kind, area) in enumerate(SCOPES)
    )
    system, province = await town.sign_in(first, 5), await town.sign_in(second, 6)
    assert ("ma•••", Attempt.UNKNOWN_NAME) in await all_pages(system)
    assert all(attempt is not Attempt.UNKNOWN_NAME for _, attempt in await all_pages(province))
    [row] = [row for row in (await system.attempts()).rows if row.attempt is Attempt.UNKNOWN_NAME]
    assert (row.account, row.unit) == (None, None)


async def test_a_chat_is_shown_shortened_and_a_cursor_that_no_page_gave_is_malformed(town: Town) -> None:
    api = await town.sign_in(town.registry.account(), 123456)
    assert (await api.attempts()).rows[0].source == "…3456"
    for ask in (api.attempts("x"), api.attempts_on((await api.me()).id, "x")):
        with pytest.raises(Malformed):
            await ask
