"""Routes of deliveries, for the bot alone."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from api.acts import deliveries
from api.doors import Door
from api.refusals import documented
from api.schemas import BIGGEST_ID, DeliveriesWanted, DeliveryClaimed, DeliveryReport
from api.turns import Bringing
from models import refusals as r

router = APIRouter(prefix="/v1/deliveries", tags=["Deliveries (the bot's)"], route_class=Door)

DeliveryId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]


@router.post("/claim")
async def claim(wanted: DeliveriesWanted, turn: Bringing) -> list[DeliveryClaimed]:
    """Take what is due, for a while."""
    return await deliveries.claim_deliveries(turn, wanted.most)


@router.post("/{delivery_id}/report", status_code=HTTPStatus.NO_CONTENT, responses=documented(r.NotFound))
async def report(delivery_id: DeliveryId, outcome: DeliveryReport, turn: Bringing) -> None:
    """Say what became of one."""
    await deliveries.report_delivery(turn, delivery_id, outcome)
