"""How does sales take goods? By asking catalog, in the words of its internal API."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.contracts.sales import Channel
from libs.common.errors import Unavailable
from services.sales.domain.stock import (
    Allocation,
    Item,
    PricedItem,
    Promotion,
    Shortage,
    StockShort,
    UnknownProducts,
)

EXEMPT = "EXENT"


class CatalogStock:
    """Catalog's stock, allocated by order uuid."""

    def __init__(self, catalog: ServiceClient) -> None:
        self._catalog = catalog

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        """Take all items or none. Raises `UnknownProducts`, `StockShort` or `Unavailable`."""
        wanted = {
            "user_id": user_id,
            "channel": channel,
            "lines": [{"product_id": item.product_id, "quantity": item.quantity} for item in items],
        }
        try:
            answer = await self._catalog.put(f"/internal/allocations/{order_uuid}", json=wanted)
        except RemoteRefusal as refusal:
            _refuse(refusal)
        return Allocation(
            lease_seconds=answer["lease_seconds"], items=tuple(_priced(line) for line in answer["lines"])
        )

    async def release(self, order_uuid: UUID) -> None:
        """Give back what the order holds. Raises `Unavailable`."""
        await self._catalog.delete(f"/internal/allocations/{order_uuid}")


def _priced(line: Mapping[str, Any]) -> PricedItem:
    tax_rate, promotion = line["tax_rate"], line["promotion"]
    return PricedItem(
        product_id=line["product_id"],
        product_name=line["product_name"],
        quantity=line["quantity"],
        price=Decimal(line["price"]),
        tax_rate=Decimal(0) if tax_rate == EXEMPT else Decimal(tax_rate),
        promotion=promotion
        and Promotion(
            discount_percent=Decimal(promotion["discount_percent"]),
            target_audience=promotion["target_audience"],
        ),
    )


def _refuse(refusal: RemoteRefusal) -> NoReturn:
    """In sales' own words; what catalog should never refuse stays what it is: a mistake."""
    match refusal.code:
        case "unknown_product":
            raise UnknownProducts(tuple(refusal.details["product_ids"])) from refusal
        case "insufficient_stock":
            raise StockShort(tuple(Shortage(**item) for item in refusal.details["items"])) from refusal
        case "allocation_released":  # its lease ended between two tries of this very call
            raise Unavailable("catalog") from refusal
    raise refusal
