"""What every request and answer has in common."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from pydantic import BaseModel

from api import schemas
from api.schemas.values import Request

NOUNS = [import_module(f"{schemas.__name__}.{noun.name}") for noun in iter_modules(schemas.__path__)]
REQUESTS = sorted(Request.__subclasses__(), key=lambda request: request.__name__)
PRIVILEGED = ("role", "unit_id", "is_active", "api_permission", "must_change_password", "account_id", "id")


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda model: model.__name__)
def test_T10_no_request_takes_a_field_it_does_not_name(request_: type[BaseModel]) -> None:
    for field in set(PRIVILEGED) - set(request_.model_fields):
        with pytest.raises(ValueError, match="Extra inputs are not permitted"):
            request_.model_validate({field: "1"})


@pytest.mark.parametrize("number", [True, "7", 7.5])
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda model: model.__name__)
def test_T30_what_is_no_number_is_taken_for_none(request_: type[BaseModel], number: object) -> None:
    fields = [name for name, field in request_.model_fields.items() if "int" in str(field.annotation)]
    for name in fields:
        with pytest.raises(ValueError, match=r"not a number|valid integer"):
            request_.model_validate({name: number})
