"""Sales, as it charges customers at the internal door."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from httpx import AsyncClient, Response

from libs.common.contracts.internal.customers import (
    charge_fence_path,
    charge_path,
    refund_fence_path,
    refund_path,
)

ORDER = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
SELLER_ID = 3


def a_charge(customer_id: int = 1, **details: Any) -> dict[str, Any]:
    """The body of a charge that takes nothing yet: `points` or `credit` are given."""
    return {
        "customer_id": customer_id,
        "user_id": SELLER_ID,
        "order_uuid": str(ORDER),
        "ticket_folio": "F47AC10B",
        "points": 0,
        "credit": "0.00",
        **details,
    }


@dataclass(frozen=True)
class Sales:
    """Calls of sales."""

    client: AsyncClient
    headers: dict[str, str]

    async def charge(
        self, customer_id: int = 1, *, charge_id: UUID | None = None, **details: Any
    ) -> Response:
        """Charge a customer for an order, by default under a new id."""
        body = a_charge(customer_id, **details)
        return await self.client.put(charge_path(charge_id or uuid4()), json=body, headers=self.headers)

    async def fence(self, charge_id: UUID) -> Response:
        """Ask whether the charge was taken."""
        return await self.client.put(charge_fence_path(charge_id), headers=self.headers)

    async def refund(self, charge_id: UUID, *, refund_id: UUID | None = None, **details: Any) -> Response:
        """Give back `points` or `credit` of a charge, by default under a new id."""
        body = {"points": 0, "credit": "0.00", "user_id": SELLER_ID, **details}
        path = refund_path(charge_id, refund_id or uuid4())
        return await self.client.put(path, json=body, headers=self.headers)

    async def fence_refund(self, charge_id: UUID, refund_id: UUID) -> Response:
        """Ask whether the refund was booked."""
        return await self.client.put(refund_fence_path(charge_id, refund_id), headers=self.headers)
