"""What no request may bring along, and no admin may grant, on whatever way (T10, T11)."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from api.client import Api
from api.schemas.accounts import AccountEdit, NewAccount
from models import refusals as r
from models.roles import GRANTABLE, Role
from models.tables import METADATA
from tests.api.hands import SERVICE_KEY, Town
from tests.api.test_accounts import admin, new

PRIVILEGED = sorted(
    {column.name for column in METADATA.tables["account"].columns} | {"owner", "permissions", "scope", "by_account_id"}
)


async def test_T10_no_body_takes_a_privileged_field_that_it_does_not_name(town: Town) -> None:
    """Every field of an account and some more, into every body; what a body names is judged by its rules."""
    api, staff = await admin(town)
    before = town.registry.rows("SELECT * FROM account ORDER BY id")
    document, tried = town.app.openapi(), 0
    headers = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": str(api.chat), "Authorization": f"Bearer {api.token}"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in content:
                continue
            schema = content["application/json"]["schema"]
            named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
            for field in set(PRIVILEGED) - named.keys():
                filled = path.format_map(Numbers(account_id=staff.id))
                status, _, answer = await town.raw(method.upper(), filled, headers=headers, json={field: True})
                assert status in {403, 404, 422}, (method, path, field, answer)
                tried += 1
    assert tried > 300
    assert town.registry.rows("SELECT * FROM account ORDER BY id") == before


class Numbers(dict[str, Any]):
    """A number for every place in a path."""

    def __missing__(self, name: str) -> object:
        return 1 if name in {"unit_id", "delivery_id", "scheme", "code"} else uuid4()


Grant = Callable[[Api, int, NewAccount], Awaitable[object]]


async def make(api: Api, _: int, wanted: NewAccount) -> object:
    return await api.add_account(wanted)


async def edit(api: Api, account: int, wanted: NewAccount) -> object:
    version = (await api.account(account)).version
    given = AccountEdit(version=version, role=wanted.role, api_permission=wanted.api_permission)
    return await api.edit_account(account, given)


@pytest.mark.parametrize("way", [make, edit])
async def test_T11_on_no_way_is_more_granted_than_one_may(town: Town, way: Grant) -> None:
    api, _ = await admin(town)
    _, other = await admin(town)
    granted = town.registry.rows("SELECT role, api_permission FROM account ORDER BY id")
    for role in Role:
        for api_permission in (False, True):
            if role in GRANTABLE[Role.COMMUNE_ADMIN] and not api_permission:
                continue
            with pytest.raises((r.RoleNotYours, r.ApiNotYours)) as refusal:
                await way(api, other.id, await new(api, "demo.moi", role=role, api_permission=api_permission))
            assert isinstance(refusal.value, r.ApiNotYours) is api_permission
    assert town.registry.rows("SELECT role, api_permission FROM account ORDER BY id") == granted


@pytest.mark.parametrize("way", [make, edit])
async def test_T11_whoever_lost_the_right_meanwhile_grants_nothing(town: Town, way: Grant) -> None:
    api, staff = await admin(town)
    _, other = await admin(town)
    wanted = await new(api, "demo.moi")
    town.registry.owner.execute("UPDATE account SET role = 'mobile_vaccinator' WHERE id = %s", [staff.id])
    with pytest.raises(r.NotFound):
        await way(api, other.id, wanted)
