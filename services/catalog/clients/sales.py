"""Which orders stand? Sales knows."""

from http import HTTPStatus
from uuid import UUID

from libs.common.calls.client import RemoteRefusal, ServiceClient


class SalesOrders:
    """Implements `usecases.ports.Orders`."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def exists(self, order_uuid: UUID) -> bool:
        """Whether sales has that order, whatever became of it; raises `Unavailable`."""
        try:
            await self._client.get(f"/internal/orders/{order_uuid}")
        except RemoteRefusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND and refusal.code == "not_found":
                return False
            raise
        return True
