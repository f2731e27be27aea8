"""Owners' exports in memory, for tests of rebuilds."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from libs.common.contracts.catalog import ProductChanged, StockChanged
from libs.common.contracts.event import Event, Payload
from libs.common.contracts.internal.catalog import ExportedProduct, StockTurn
from libs.common.contracts.internal.sales import UndoneOrder
from libs.common.contracts.sales import InvoiceChanged, OrderCancelled, OrderPaid
from services.analytics.tests.plain import invoice_of

Item = TypeVar("Item", bound=Payload)
PAGE = 40


async def nothing() -> None:
    """Happens between two pages unless a test says what does."""


class Told:
    """Gives out what these events told, as their owners do. `meanwhile` happens before each page."""

    def __init__(self, events: Sequence[Event], meanwhile: Callable[[], Awaitable[None]] = nothing) -> None:
        self.events = list(events)
        self._meanwhile = meanwhile

    async def pages(self, owner: str, export: str, model: type[Item]) -> AsyncGenerator[list[Item], None]:
        """See `usecases.ports.Exports`. What is told meanwhile is on later pages."""
        place = 0
        await self._meanwhile()
        while page := self._items(model)[place : place + PAGE]:
            yield page
            place += len(page)
            await self._meanwhile()

    def _items(self, model: type[Item]) -> list[Item]:
        if model is UndoneOrder:
            items: Iterable[Payload] = self._undone()
        elif model is OrderPaid:
            items = [OrderPaid(**event.model_dump()) for event in self._last_payments().values()]
        elif model is ExportedProduct:
            items = self._products()
        elif model is StockTurn:
            items = self._turns()
        else:
            items = (event for event in self.events if type(event) is model)
        return [item for item in items if isinstance(item, model)]

    def _last_payments(self) -> dict[int, OrderPaid]:
        paid = [event for event in self.events if isinstance(event, OrderPaid)]
        return {event.order_id: event for event in sorted(paid, key=invoice_of)}

    def _undone(self) -> Iterable[UndoneOrder]:
        paid_again = {number: invoice_of(event) for number, event in self._last_payments().items()}
        for event in self.events:
            if isinstance(event, OrderCancelled):
                yield UndoneOrder(order_uuid=event.order_uuid, order_id=event.order_id)
            elif isinstance(event, InvoiceChanged):
                yield UndoneOrder(
                    order_uuid=event.order_uuid,
                    order_id=event.order_id,
                    invoice_id=event.invoice_id,
                    paid_again_by=paid_again.get(event.order_id) or None,
                )

    def _products(self) -> Iterable[ExportedProduct]:
        newest = {event.product_id: event for event in self.events if isinstance(event, ProductChanged)}
        levels = [
            level for event in self.events if isinstance(event, StockChanged) for level in event.products
        ]
        for product in newest.values():
            own = [level for level in levels if level.product_id == product.product_id]
            last = max(own, key=lambda level: level.ledger_id, default=None)
            stock = {"current_stock": last.current_stock} if last else {}
            yield ExportedProduct(**product.model_dump() | stock, ledger_id=last.ledger_id if last else None)

    def _turns(self) -> Iterable[StockTurn]:
        for event in self.events:
            if isinstance(event, StockChanged):
                for level in event.products:
                    if (level.current_stock > 0) != (level.current_stock - level.change > 0):
                        yield StockTurn(**level.model_dump(), changed_at=event.changed_at)
