"""The figures that an operator watches, for Prometheus: on the API's own port, and through no proxy."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import func, select

from api.installation import Installation
from models.deliveries import Delivery
from models.words import DeliveryState

router = APIRouter(include_in_schema=False)

SPAN = timedelta(hours=1)
WAITING = select(func.count(), func.min(Delivery.due_at)).where(Delivery.state == DeliveryState.WAITING)
ENDED = select(Delivery.state, func.count()).group_by(Delivery.state)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """As things are now: counted when it is asked for, so any number of processes tell the same."""
    house: Installation = request.app.state.house
    registry = CollectorRegistry()
    oldest = Gauge("trambot_delivery_oldest_seconds", "For how long the longest due delivery waits", registry=registry)
    waiting = Gauge("trambot_deliveries_waiting", "Deliveries that wait", registry=registry)
    ended = Gauge("trambot_deliveries_ended", "Deliveries that ended within the hour", ["state"], registry=registry)
    requests = Gauge("trambot_requests_waiting", "Account requests that wait", registry=registry)
    asked = Gauge("trambot_request_oldest_seconds", "For how long the oldest of them waits", registry=registry)
    now = house.now()
    async with house.database.reading() as db:
        count, due = (await db.execute(WAITING)).one()
        by_state = await db.execute(ENDED.where(Delivery.ended_at > now - SPAN))
        ends: dict[DeliveryState, int] = dict(by_state.all())
        units = select(func.units_that_wait(now).table_valued("waiting", "asked_at"))
        waits = (await db.execute(units)).all()
    waiting.set(count)
    oldest.set(max(0.0, (now - due).total_seconds()) if due else 0)
    for state in DeliveryState:
        if state is not DeliveryState.WAITING:
            ended.labels(state).set(ends.get(state, 0))
    requests.set(sum(many for many, _ in waits))
    asked.set(max(((now - at).total_seconds() for _, at in waits), default=0))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
