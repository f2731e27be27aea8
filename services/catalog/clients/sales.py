"""The client of sales: asks whether orders exist."""

from uuid import UUID

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.contracts.internal.sales import NOT_FOUND, order_path


class SalesOrders:
    """Implements `usecases.ports.Orders`."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def exists(self, order_uuid: UUID) -> bool:
        """Whether sales has that order, in any status; raises `Unavailable`."""
        try:
            await self._client.get(order_path(order_uuid))
        except RemoteRefusal as refusal:
            if refusal.code == NOT_FOUND:
                return False
            raise
        return True
