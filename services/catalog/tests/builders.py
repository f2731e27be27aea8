"""The shop as staff and sales use it, and builders of test data."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

from httpx import AsyncClient, Response

from libs.common.contracts.event import Event
from libs.common.contracts.internal.catalog import quotes_path
from libs.common.contracts.sales import (
    Disposition,
    OrderCancelled,
    OrderCreated,
    OrderReturned,
    PaidBy,
    PutBack,
    ReturnedLine,
    ReturnProcessed,
)
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.testing.outbox import models_in_outbox
from libs.testing.tokens import Tokens
from services.catalog.domain.products import Product

E = TypeVar("E", bound=Event)

NO_SUCH_ID = 999
SELLER_ID = 3
TILL_ID = 7
BUYER_ID = 4
Line = tuple[Any, int, Disposition]
"""A line of a return: product, quantity and disposition."""
AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)

COLA = {
    "name": "Coca Cola 600ml",
    "sku": "KO-600-MX",
    "price": "18.50",
    "tax_rate": "0.16",
    "current_stock": 100,
}
BLACK_FRIDAY = {
    "name": "Black Friday",
    "discount_percent": "50.00",
    "start_date": "2026-03-01",
    "end_date": "2026-03-05",
}


TREATS = {
    "sku": "DOG03",
    "description": "Organic Dog Treats",
    "category": "food",
    "pet_type": "dog",
    "stock_quantity": 200,
    "price": 15.99,
    "cost": 8.5,
    "brand": "OrganicPets",
    "weight": 0.5,
    "supplier": "Organic Foods Co",
    "is_active": True,
}

# The ledger's lines that were not published, and what was published but is not in the ledger.
SELECT_TOLD_WRONGLY = """
    with event as (
        select data::json as data from outbox where type = 'catalog.stock_changed.v1'
    ), told as (
        select (level ->> 'ledger_id')::bigint, (level ->> 'product_id')::bigint,
            (level ->> 'change')::bigint, (level ->> 'current_stock')::bigint,
            data ->> 'reason', data ->> 'reference', (data ->> 'user_id')::int,
            (data ->> 'changed_at')::timestamptz
        from event, json_array_elements(data -> 'products') level
    ), entered as (
        select id, product_id, change, balance, reason, reference, user_id, date_trunc('second', created_at)
        from stock_ledger
    )
    (table entered except all table told) union all (table told except all table entered)
"""


class Shop:
    """The app as its callers use it. Requests come from an EMPLOYEE unless a role is given."""

    def __init__(self, client: AsyncClient, tokens: Tokens, database: Database) -> None:
        self.client = client
        self.tokens = tokens
        self.database = database
        self._skus = count(1)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        role: str = "EMPLOYEE",
        user_id: int = TILL_ID,
        key: str | None = None,
        **request: Any,
    ) -> Response:
        """Send a POS request as a user of that role. `key` is its `Idempotency-Key`."""
        headers = self.tokens.bearer(role=role, user_id=user_id)
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.client.request(method, f"/api/{path}", headers=headers, **request)

    async def get(self, path: str, **request: Any) -> Any:
        """The body of a successful GET."""
        response = await self.ask("GET", path, **request)
        assert response.status_code == 200, response.text
        return response.json()

    async def ask_store(
        self, method: str, path: str = "", *, role: str | None = "ADMIN", **request: Any
    ) -> Response:
        """Send a request to `/products` of the web shop, with what follows in the path."""
        headers = {**(self.tokens.bearer(role=role) if role else {}), **request.pop("headers", {})}
        return await self.client.request(method, f"/products{path}", headers=headers, **request)

    async def store_product(self, **fields: Any) -> Any:
        """A new product of the web shop: treats with a unique sku, except for the given fields."""
        sku = f"W{next(self._skus):04}"
        response = await self.ask_store("POST", json={**TREATS, "sku": sku, **fields})
        assert response.status_code == 201, response.text
        return response.json()["product"]

    async def shown(self, product: Any, *, role: str | None = None) -> Any:
        """The page of the product in the web shop, as it is now."""
        response = await self.ask_store("GET", f"/{product['id']}", role=role)
        assert response.status_code == 200, response.text
        return response.json()

    async def listed(self, role: str | None = None, **params: Any) -> list[int]:
        """The ids of the products that the web shop lists."""
        response = await self.ask_store("GET", role=role, params=params)
        assert response.status_code == 200, response.text
        return [product["id"] for product in response.json()]

    async def supplier(self, name: str = "Distribuidora de Bebidas S.A.") -> Any:
        """A new supplier."""
        response = await self.ask("POST", "suppliers/", role="ADMIN", json={"name": name})
        assert response.status_code == 201, response.text
        return response.json()

    async def product(self, **fields: Any) -> Any:
        """A new product: cola with a unique sku, except for the given fields."""
        sku = f"SKU-{next(self._skus)}"
        response = await self.ask("POST", "products/", json={**COLA, "sku": sku, **fields})
        assert response.status_code == 201, response.text
        return response.json()

    async def promotion(self, product: Any, **fields: Any) -> Any:
        """A new promotion of the product, for everybody and in force today."""
        body = {**BLACK_FRIDAY, "product": product["id"], **fields}
        response = await self.ask("POST", "promotions/", role="ADMIN", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    async def reading(self, product: Any) -> Any:
        """The product as it is now."""
        return await self.get(f"products/{product['id']}/")

    async def stock(self, product: Any) -> int:
        """The product's stock now."""
        stock: int = (await self.reading(product))["current_stock"]
        return stock

    async def history(self, product: Any) -> Any:
        """The product's stock ledger, newest first."""
        return await self.get(f"products/{product['id']}/stock-history/")

    async def allocate(
        self,
        *lines: tuple[Any, int],
        uuid: UUID | None = None,
        channel: str = "POS",
        user_id: int = SELLER_ID,
    ) -> Response:
        """Allocate (product, quantity) lines for an order of the user, as sales does."""
        return await self.client.put(
            f"/internal/allocations/{uuid or uuid4()}",
            headers=self._as_sales,
            json={
                "user_id": user_id,
                "channel": channel,
                "lines": _pieces(lines),
            },
        )

    async def sell(
        self,
        *lines: tuple[Any, int],
        uuid: UUID | None = None,
        sold_at: datetime = AT,
        order_id: int | None = None,
        user_id: int = SELLER_ID,
    ) -> Response:
        """Take the (product, quantity) lines of a sale that has happened, as sales does."""
        return await self.client.put(
            f"/internal/sold-allocations/{uuid or uuid4()}",
            headers=self._as_sales,
            json={
                "user_id": user_id,
                "sold_at": sold_at.isoformat(),
                "lines": _pieces(lines),
                "order_id": order_id,
            },
        )

    async def sold(self, *lines: tuple[Any, int], **sale: Any) -> Any:
        """The lines of the answer to `sell`."""
        response = await self.sell(*lines, **sale)
        assert response.status_code == 200, response.text
        return response.json()["lines"]

    async def short(self, *lines: tuple[Any, int], **sale: Any) -> list[int]:
        """What was missing of each line of a sale that has happened."""
        return [line["short"] for line in await self.sold(*lines, **sale)]

    async def missing(self) -> list[tuple[int, int]]:
        """Product and quantity of the open shortfalls, oldest first."""
        return [(each["product"], each["quantity"]) for each in await self.get("products/shortfalls/")]

    async def reserve(self, product: Any, amount: int, *, by: int = TILL_ID, **request: Any) -> Response:
        """Hold or release pieces for the cart of the user `by`."""
        path = f"products/{product['id']}/reserve/"
        return await self.ask("POST", path, user_id=by, json={"amount": amount}, **request)

    async def adjust(
        self, product: Any, change: int, *, reason: str = "WASTE", note: Any = None, **request: Any
    ) -> Response:
        """Add or take pieces by hand."""
        body = {"change": change, "reason": reason, "note": note}
        return await self.ask("POST", f"products/{product['id']}/stock/", json=body, **request)

    async def held(self, product: Any) -> tuple[int, int]:
        """What is held of the product now, and what is available."""
        reading = await self.reading(product)
        return reading["reserved_quantity"], reading["available_to_sell"]

    async def release(self, uuid: UUID) -> Response:
        """Release an order's stock, as sales does."""
        return await self.client.delete(f"/internal/allocations/{uuid}", headers=self._as_sales)

    async def cancel(self, uuid: UUID, *, put_back: Sequence[tuple[Any, int]] | None = None) -> Response:
        """Return the stock of a cancelled order, as sales does: (product, quantity) lines, or all of it."""
        body = {} if put_back is None else {"put_back": _pieces(put_back)}
        return await self.client.put(
            f"/internal/allocations/{uuid}/cancellation", headers=self._as_sales, json=body
        )

    async def take_back(self, *lines: Line, uuid: UUID | None = None) -> Response:
        """Take back a return of these lines, as sales does."""
        body = {
            "order_uuid": str(uuid4()),
            "user_id": BUYER_ID,
            "lines": [
                {"product_id": product["id"], "quantity": quantity, "disposition": disposition}
                for product, quantity, disposition in lines
            ],
        }
        return await self.client.put(
            f"/internal/returns/{uuid or uuid4()}", headers=self._as_sales, json=body
        )

    async def quotes(self, *product_ids: int) -> Response:
        """The quotes of these products, as sales asks for them."""
        return await self.client.get(quotes_path(product_ids), headers=self._as_sales)

    @property
    def _as_sales(self) -> dict[str, str]:
        return self.tokens.service(caller="sales")

    async def published(self, model: type[E]) -> list[E]:
        """The events of a model in the outbox, oldest first."""
        return await models_in_outbox(self.database, model)

    async def status(self, uuid: UUID) -> Any:
        """The status of an allocation; None if there is none."""
        return await self.database.fetch_value(
            "select status from allocations where id = %(id)s", {"id": uuid}
        )

    async def refuse_unbalanced(self) -> None:
        """Fail unless a product's stock is the sum of its ledger, and each balance the running sum.

        `catalog.stock_changed.v1` must have told every line of the ledger, and no other.
        """
        wrong = await self.database.fetch_dicts(
            """
            select products.id, current_stock, sum(change) as entered from products
            left join stock_ledger on product_id = products.id
            group by products.id having current_stock <> coalesce(sum(change), 0)
            """
        )
        assert wrong == []
        wrong = await self.database.fetch_dicts(
            """
            select * from (
                select id, balance, sum(change) over (partition by product_id order by id) as entered
                from stock_ledger
            ) line where balance <> entered
            """
        )
        assert wrong == []
        assert await self.database.fetch_dicts(SELECT_TOLD_WRONGLY) == []


class KnownOrders:
    """A fake of `usecases.ports.Orders`: knows some orders, or is down."""

    def __init__(self) -> None:
        self.known: set[UUID] = set()
        self.is_down = False
        self.asked: list[UUID] = []

    async def stands(self, order_uuid: UUID) -> bool:
        """Whether the order is known."""
        self.asked.append(order_uuid)
        if self.is_down:
            raise Unavailable("sales")
        return order_uuid in self.known


def a_product(**fields: Any) -> Product:
    """A product for tests of rules."""
    usual: dict[str, Any] = {
        "id": 1,
        "name": "Coca Cola 600ml",
        "description": "Coca Cola 600ml",
        "sku": "KO-600-MX",
        "price": Decimal("18.50"),
        "tax_rate": "0.16",
        "cost": None,
        "current_stock": 100,
        "reserved_quantity": 0,
        "low_stock_threshold": 10,
        "supplier_id": None,
        "category": None,
        "pet_type": None,
        "brand": None,
        "weight": None,
        "is_active": True,
        "created_at": AT,
        "updated_at": AT,
        "discount_percent": None,
    }
    return Product(**{**usual, **fields})


def order_returned(uuid: UUID, *lines: Line) -> OrderReturned:
    """The event of a return of these lines at a till."""
    amount = 10 * Decimal(len(lines))
    return OrderReturned(
        return_uuid=uuid,
        return_id=1,
        order_uuid=uuid4(),
        order_id=1,
        channel="POS",
        user_id=SELLER_ID,
        lines=_returned(lines),
        refund_amount=amount,
        refunds=(PaidBy(payment_method="CASH", amount=amount),),
        points_returned=0,
        kept_amount=Decimal("10.00"),
        is_everything_back=False,
        sold_at=AT,
        returned_at=AT,
    )


def order_created(uuid: UUID) -> OrderCreated:
    """The event of a committed order."""
    return OrderCreated(
        order_uuid=uuid,
        order_id=1,
        channel="POS",
        user_id=SELLER_ID,
        final_amount=Decimal("200.00"),
        created_at=AT,
    )


def order_cancelled(uuid: UUID, *, put_back: Sequence[tuple[Any, int]] | None = None) -> OrderCancelled:
    """The event of a cancelled order, with the (product, quantity) lines that go back, or all of it."""
    return OrderCancelled(
        order_uuid=uuid,
        order_id=1,
        channel="POS",
        reason="Cliente se arrepintió",
        put_back=None if put_back is None else tuple(PutBack(**pieces) for pieces in _pieces(put_back)),
        cancelled_at=AT,
    )


def return_processed(uuid: UUID, *lines: Line) -> ReturnProcessed:
    """The event of a return of these lines."""
    return ReturnProcessed(
        return_uuid=uuid,
        return_id=1,
        order_uuid=uuid4(),
        order_id=1,
        channel="WEB",
        user_id=BUYER_ID,
        lines=_returned(lines),
        refund_amount=10 * Decimal(len(lines)),
        is_everything_back=False,
        processed_at=AT,
    )


def _returned(lines: Iterable[Line]) -> tuple[ReturnedLine, ...]:
    return tuple(
        ReturnedLine(
            product_id=product["id"],
            product_name=product["name"],
            quantity=quantity,
            refund_amount=Decimal("10.00"),
            disposition=disposition,
        )
        for product, quantity, disposition in lines
    )


def _pieces(lines: Iterable[tuple[Any, int]]) -> list[dict[str, int]]:
    return [{"product_id": product["id"], "quantity": quantity} for product, quantity in lines]
