"""The client of sales: asks whether orders exist."""

from uuid import UUID

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.contracts.internal.sales import ORDER_FENCED, fence_path

# Longer than sales waits for an order in flight, so that sales can answer 503 itself.
TIMEOUT_SECONDS = 6.0


class SalesOrders:
    """Implements `usecases.ports.Orders`."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def stands(self, order_uuid: UUID) -> bool:
        """See `Orders.stands`."""
        try:
            await self._client.put(fence_path(order_uuid), timeout_seconds=TIMEOUT_SECONDS)
        except RemoteRefusal as refusal:
            if refusal.code == ORDER_FENCED:
                return False
            raise
        return True
