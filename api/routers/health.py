"""The route that says whether the service can work."""

from fastapi import APIRouter, Request
from sqlalchemy import text

from api.installation import Installation
from api.refusals import documented
from api.schemas.effects import Health
from models import refusals as r

router = APIRouter(prefix="/v1/health", tags=["Health"])


@router.get("", responses=documented(r.Busy))
async def health(request: Request) -> Health:
    """Whether the service and its database answer."""
    house: Installation = request.app.state.house
    async with house.database.reading() as db:
        await db.execute(text("SELECT"))
    return Health(status="ok")
