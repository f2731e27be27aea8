"""The client of customers: finds buyers."""

from datetime import date

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.contracts.internal.customers import NOT_FOUND, BuyerAnswer, customer_path
from services.sales.domain.buyers import Buyer


class CustomerBuyers:
    """Implements `usecases.ports.Buyers`."""

    def __init__(self, customers: ServiceClient) -> None:
        self._customers = customers

    async def find(self, customer_id: int) -> Buyer | None:
        """The customer, or None if there is none. Raises `Unavailable`."""
        try:
            answer: BuyerAnswer = await self._customers.get(customer_path(customer_id))
        except RemoteRefusal as refusal:
            if refusal.code == NOT_FOUND:
                return None
            raise
        return Buyer(
            customer_id=answer["customer_id"],
            first_name=answer["first_name"],
            last_name=answer["last_name"],
            is_frequent=answer["is_frequent"],
            birth_date=date.fromisoformat(answer["birth_date"]) if answer["birth_date"] else None,
        )
