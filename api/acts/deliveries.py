"""Deliveries on their way: claimed by the courier for a while, and reported (T37, T38)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from api.acts.notices import opened_facts
from api.schemas.deliveries import DeliveriesNoted, DeliveryClaimed, DeliveryReport
from api.turns import Turn
from models.deliveries import Delivery
from models.words import DeliveryState

LEASE = timedelta(seconds=30)
"""A courier that has not reported by then is taken for dead, and another may claim."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
"""Before it is tried again, doubling."""
MOST_ATTEMPTS = 100
"""About a day of them."""

Other = aliased(Delivery)
"""Another delivery of the same card to the same chat."""
IS_OF_THE_SAME_CARD = and_(
    Other.card == Delivery.card, Other.account_id == Delivery.account_id, Other.chat == Delivery.chat
)
Beginning = aliased(Delivery)
"""The delivery of the card that begins its present message, whatever became of it."""
BEGINNING = (
    select(func.max(Beginning.id))
    .where(
        Beginning.card == Delivery.card,
        Beginning.account_id == Delivery.account_id,
        Beginning.chat == Delivery.chat,
        Beginning.is_new,
        Beginning.id <= Delivery.id,
    )
    .correlate(Delivery)
    .scalar_subquery()
)
CARDS_MESSAGE = (
    select(Other.message_id)
    .where(
        IS_OF_THE_SAME_CARD,
        Other.state == DeliveryState.DELIVERED,
        Other.message_id.is_not(None),
        Other.id >= func.coalesce(BEGINNING, 0),
    )
    .order_by(Other.id.desc())
    .limit(1)
    .correlate(Delivery)
    .scalar_subquery()
)
"""The number of the message that shows the card already."""


async def claim_deliveries(turn: Turn, most: int) -> list[DeliveryClaimed]:
    """The longest due that nobody else has, leased to whoever asks; of each card the latest alone."""
    now = turn.now()
    due = (Delivery.state == DeliveryState.WAITING) & (Delivery.due_at <= now) & _is_free(Delivery, now)
    found = await turn.db.execute(
        select(Delivery, func.language_of(Delivery.account_id), CARDS_MESSAGE)
        .where(due, or_(Delivery.card.is_(None), ~_has_another(now)))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    rows = found.all()
    crowded = await _supersede(turn, [delivery.id for delivery, *_ in rows if delivery.card], now)
    claimed = [row for row in rows if row[0].id not in crowded]
    for delivery, *_ in claimed:
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
            replaces=message_id,
            lease_seconds=LEASE.seconds,
        )
        for delivery, language, message_id in claimed
    ]


async def report_deliveries(turn: Turn, reports: Sequence[DeliveryReport]) -> DeliveriesNoted:
    """Note what became of deliveries; what is over stays as it is, and what there is not is passed over."""
    by_id = {report.id: report for report in reports}
    rows = select(Delivery).where(Delivery.id.in_(by_id)).order_by(Delivery.id).with_for_update()
    known = (await turn.db.scalars(rows)).all()
    for delivery in known:
        if delivery.state is DeliveryState.WAITING:
            _note(delivery, by_id[delivery.id], turn.now())
    return DeliveriesNoted(known=len(known))


def _note(delivery: Delivery, report: DeliveryReport, now: datetime) -> None:
    delivery.leased_until = None
    if report.outcome != "again":
        delivery.state, delivery.message_id = DeliveryState(report.outcome), report.message_id
        delivery.ended_at = now
    elif delivery.attempts >= MOST_ATTEMPTS:
        delivery.state, delivery.ended_at = DeliveryState.FAILED, now
    else:
        delivery.due_at = now + _pause(delivery.attempts, report.retry_after)


def _pause(attempts: int, retry_after: float | None) -> timedelta:
    """What Telegram asks for, or longer and longer."""
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    doublings: int = 2 ** min(attempts, 20)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def _is_free(of: type[Delivery], now: datetime) -> ColumnElement[bool]:
    return or_(of.leased_until.is_(None), of.leased_until <= now)


def _has_another(now: datetime) -> ColumnElement[bool]:
    """Whether one of the same card is on its way, or a later one is due."""
    is_in_the_way = or_(~_is_free(Other, now), and_(Other.id > Delivery.id, Other.due_at <= now))
    return (
        select(Other.id)
        .where(IS_OF_THE_SAME_CARD, Other.state == DeliveryState.WAITING, Other.id != Delivery.id, is_in_the_way)
        .correlate(Delivery)
        .exists()
    )


async def _supersede(turn: Turn, latest: list[int], now: datetime) -> set[int]:
    """End the earlier ones of these cards; those of which an earlier one is just being claimed elsewhere."""
    if not latest:
        return set()
    earlier = (IS_OF_THE_SAME_CARD, Other.state == DeliveryState.WAITING, Other.id < Delivery.id)
    over = select(Other.id).join(Delivery, and_(*earlier)).where(Delivery.id.in_(latest), _is_free(Other, now))
    locked = (await turn.db.scalars(over.with_for_update(skip_locked=True, of=Other))).all()
    await turn.db.execute(
        update(Delivery).where(Delivery.id.in_(locked)).values(state=DeliveryState.SUPERSEDED, ended_at=now)
    )
    crowded = select(Delivery.id).join(Other, and_(*earlier)).where(Delivery.id.in_(latest))
    return set(await turn.db.scalars(crowded))
