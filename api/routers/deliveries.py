"""Routes of deliveries, for the bot alone."""

from fastapi import APIRouter

from api.acts import deliveries
from api.doors import Door
from api.schemas.deliveries import DeliveriesNoted, DeliveriesReported, DeliveriesWanted, DeliveryClaimed
from api.turns import Bringing

router = APIRouter(prefix="/v1/deliveries", tags=["Deliveries (the bot's)"], route_class=Door)


@router.post("/claim")
async def claim(wanted: DeliveriesWanted, turn: Bringing) -> list[DeliveryClaimed]:
    """Take what is due, for a while."""
    return await deliveries.claim_deliveries(turn, wanted.most)


@router.post("/reports")
async def report(told: DeliveriesReported, turn: Bringing) -> DeliveriesNoted:
    """Say what became of some."""
    return await deliveries.report_deliveries(turn, told.reports)
