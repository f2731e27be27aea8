"""How does sales learn who is buying? By asking customers, in the words of its internal API."""

from datetime import date
from http import HTTPStatus

from libs.common.calls.client import RemoteRefusal, ServiceClient
from services.sales.domain.buyers import Buyer


class CustomerBuyers:
    """The customers whom the shop knows."""

    def __init__(self, customers: ServiceClient) -> None:
        self._customers = customers

    async def find(self, customer_id: int) -> Buyer | None:
        """The customer, or None if there is none. Raises `Unavailable`."""
        try:
            answer = await self._customers.get(f"/internal/customers/{customer_id}")
        except RemoteRefusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return Buyer(
            customer_id=answer["customer_id"],
            first_name=answer["first_name"],
            last_name=answer["last_name"],
            is_frequent=answer["is_frequent"],
            birth_date=date.fromisoformat(answer["birth_date"]) if answer["birth_date"] else None,
        )
