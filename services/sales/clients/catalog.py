"""The client of catalog: allocates stock and gives it back, and reads quotes."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import NoReturn
from uuid import UUID

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.clock import iso_utc
from libs.common.contracts.internal import catalog as contract
from libs.common.contracts.internal.catalog import (
    QUOTES_MAX,
    allocation_path,
    cancellation_path,
    quotes_path,
    return_path,
    sold_allocation_path,
)
from libs.common.contracts.sales import Channel
from libs.common.errors import Unavailable
from services.sales.domain.carts import Quote
from services.sales.domain.returns import ReturnLine
from services.sales.domain.sold_lines import Sold
from services.sales.domain.stock import (
    Allocation,
    Item,
    PricedItem,
    Promotion,
    Shortage,
    StockShort,
    UnknownProducts,
)

# A person waits for the answer to a cancellation or a return, and the event returns the stock anyway.
GIVE_BACK_WITHIN_SECONDS = 0.75
# A page of carts may need many requests for quotes; they share catalog with tills.
QUOTES_AT_ONCE = 4


class CatalogStock:
    """Implements `usecases.ports.Stock`."""

    def __init__(self, catalog: ServiceClient) -> None:
        self._catalog = catalog

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        """Take all items or none. Raises `UnknownProducts`, `StockShort` or `Unavailable`."""
        wanted: contract.AllocationRequest = {
            "user_id": user_id,
            "channel": channel,
            "lines": [{"product_id": item.product_id, "quantity": item.quantity} for item in items],
        }
        try:
            answer: contract.AllocationAnswer = await self._catalog.put(
                allocation_path(order_uuid), json=wanted
            )
        except RemoteRefusal as refusal:
            _refuse(refusal)
        return Allocation(
            lease_seconds=answer["lease_seconds"], items=tuple(_priced(line) for line in answer["lines"])
        )

    async def release(self, order_uuid: UUID) -> None:
        """Release the order's stock. Raises `Unavailable`."""
        await self._catalog.delete(allocation_path(order_uuid))

    async def sell(
        self,
        order_uuid: UUID,
        items: Sequence[Item],
        *,
        user_id: int,
        sold_at: datetime,
        order_id: int | None,
    ) -> tuple[Sold, ...]:
        """See `Stock.sell`."""
        sale: contract.SaleRequest = {
            "user_id": user_id,
            "sold_at": iso_utc(sold_at),
            "lines": [{"product_id": item.product_id, "quantity": item.quantity} for item in items],
            "order_id": order_id,
        }
        try:
            answer: contract.SaleAnswer = await self._catalog.put(sold_allocation_path(order_uuid), json=sale)
        except RemoteRefusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:  # the version before does not know the path
                raise Unavailable("catalog") from refusal
            _refuse(refusal)
        return tuple(Sold(_priced(line), line["short"], line["deleted"]) for line in answer["lines"])

    async def cancel(self, order_uuid: UUID, *, put_back: Sequence[Item] | None = None) -> None:
        """See `Stock.cancel`."""
        path = cancellation_path(order_uuid)
        wanted: contract.CancellationRequest = {}
        if put_back is not None:
            wanted["put_back"] = [
                {"product_id": item.product_id, "quantity": item.quantity} for item in put_back
            ]
        await self._give_back(path, wanted)

    async def take_back(
        self, return_uuid: UUID, lines: Sequence[ReturnLine], *, order_uuid: UUID, user_id: int
    ) -> None:
        """See `Stock.take_back`."""
        processed: contract.ReturnRequest = {
            "order_uuid": str(order_uuid),
            "user_id": user_id,
            "lines": [
                {
                    "product_id": line.product_id,
                    "quantity": line.quantity,
                    "disposition": line.disposition,
                }
                for line in lines
            ],
        }
        await self._give_back(return_path(return_uuid), processed)

    async def _give_back(self, path: str, wanted: object) -> None:
        try:
            await self._catalog.put(path, json=wanted, timeout_seconds=GIVE_BACK_WITHIN_SECONDS, once=True)
        except RemoteRefusal as refusal:  # the version before does not know the path
            raise Unavailable("catalog") from refusal


class CatalogQuotes:
    """Implements `usecases.ports.Quotes`."""

    def __init__(self, catalog: ServiceClient) -> None:
        self._catalog = catalog

    async def find(self, product_ids: Sequence[int]) -> Mapping[int, Quote]:
        """See `Quotes.find`."""
        turn = asyncio.Semaphore(QUOTES_AT_ONCE)

        async def some(wanted: Sequence[int]) -> contract.QuotesAnswer:
            async with turn:
                return await self._ask(wanted)

        first = range(0, len(product_ids), QUOTES_MAX)
        answers = await asyncio.gather(*(some(product_ids[start : start + QUOTES_MAX]) for start in first))
        return {quote["product_id"]: _quote(quote) for answer in answers for quote in answer["quotes"]}

    async def _ask(self, product_ids: Sequence[int]) -> contract.QuotesAnswer:
        try:
            answer: contract.QuotesAnswer = await self._catalog.get(quotes_path(product_ids))
        except RemoteRefusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:  # the version before does not know the path
                raise Unavailable("catalog") from refusal
            raise
        return answer


def _quote(quote: contract.Quote) -> Quote:
    return Quote(
        product_id=quote["product_id"],
        product_name=quote["product_name"],
        price=Decimal(quote["price"]),
        available=quote["available"],
        is_active=quote["is_active"],
        name=quote.get("name", quote["product_name"]),
        tax_rate=quote.get("tax_rate"),
    )


def _priced(line: contract.AllocatedLine) -> PricedItem:
    promotion = line["promotion"]
    return PricedItem(
        product_id=line["product_id"],
        product_name=line["product_name"],
        quantity=line["quantity"],
        price=Decimal(line["price"]),
        tax_rate=line["tax_rate"],
        promotion=promotion
        and Promotion(
            discount_percent=Decimal(promotion["discount_percent"]),
            target_audience=promotion["target_audience"],
        ),
        clave_prod_serv=line.get("clave_prod_serv"),
        clave_unidad=line.get("clave_unidad"),
        objeto_imp=line.get("objeto_imp"),
    )


def _refuse(refusal: RemoteRefusal) -> NoReturn:
    """Raise catalog's refusal as sales' own; an unexpected code is a defect and is raised unchanged."""
    match refusal.code:
        case contract.Refusal.UNKNOWN_PRODUCT:
            unknown: contract.UnknownProductDetails = refusal.details
            raise UnknownProducts(tuple(unknown["product_ids"])) from refusal
        case contract.Refusal.INSUFFICIENT_STOCK:
            short: contract.InsufficientStockDetails = refusal.details
            raise StockShort(tuple(Shortage(**item) for item in short["items"])) from refusal
        case contract.Refusal.ALLOCATION_RELEASED:  # the lease expired between two tries of this call
            raise Unavailable("catalog") from refusal
    raise refusal
