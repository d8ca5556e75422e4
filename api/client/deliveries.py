"""Deliveries, for the courier."""

from api.client.wire import Wire
from api.schemas.deliveries import (
    DeliveriesNoted,
    DeliveriesReported,
    DeliveriesWanted,
    DeliveryClaimed,
    DeliveryReport,
)


class Deliveries(Wire):
    """Deliveries, for the courier."""

    async def claim_deliveries(self, most: int) -> list[DeliveryClaimed]:
        return await self._ask("POST", "deliveries/claim", list[DeliveryClaimed], DeliveriesWanted(most=most))

    async def report_deliveries(self, reports: list[DeliveryReport]) -> DeliveriesNoted:
        return await self._ask("POST", "deliveries/reports", DeliveriesNoted, DeliveriesReported(reports=reports))
