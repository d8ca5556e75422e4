"""Deliveries on their way: claimed by the courier for a while, and reported (T21)."""

from datetime import timedelta

from sqlalchemy import func, or_, select

from api.acts.notices import opened_facts
from api.schemas import DeliveryClaimed, DeliveryReport
from api.turns import Turn
from models.deliveries import Delivery
from models.refusals import NotFound
from models.words import DeliveryState

LEASE = timedelta(seconds=30)
"""A courier that has not reported by then is taken for dead, and another may claim."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
"""Before it is tried again, doubling."""


async def claim_deliveries(turn: Turn, most: int) -> list[DeliveryClaimed]:
    """The longest due that nobody else has, leased to whoever asks."""
    now = turn.now()
    is_free = or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now)
    due = (Delivery.state == DeliveryState.WAITING) & (Delivery.due_at <= now) & is_free
    claimed = (
        select(Delivery, func.language_of(Delivery.account_id))
        .where(due)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    rows = (await turn.db.execute(claimed)).all()
    for delivery, _ in rows:
        delivery.leased_until = now + LEASE
        delivery.attempts += 1
    return [
        DeliveryClaimed(
            id=delivery.id,
            chat=delivery.chat,
            account_id=delivery.account_id,
            language=language,
            notice=delivery.notice,
            facts=opened_facts(turn.keys, delivery),
        )
        for delivery, language in rows
    ]


async def report_delivery(turn: Turn, delivery_id: int, report: DeliveryReport) -> None:
    """Note what became of a delivery; what is over stays as it is.

    Raises:
        NotFound: there is none by that id.
    """
    delivery = await turn.db.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound
    if delivery.state is not DeliveryState.WAITING:
        return
    delivery.leased_until = None
    if report.outcome == "again":
        delivery.due_at = turn.now() + min(FIRST_PAUSE * 2 ** min(delivery.attempts, 20), LONGEST_PAUSE)
    else:
        delivery.state, delivery.message_id = DeliveryState(report.outcome), report.message_id
