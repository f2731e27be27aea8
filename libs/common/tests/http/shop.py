"""A small service with all three doors over the same few routes: what every service does is tested on it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.clock import system_clock
from libs.common.db.counts import Count
from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Page
from libs.common.errors import (
    DomainError,
    Forbidden,
    Kind,
    NotFound,
    Refusals,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from libs.common.http import store_dialect
from libs.common.http.callers import AdminOrOwner, AnyUser, CallingService, Staff
from libs.common.http.described import example, refuses
from libs.common.http.door import Door
from libs.common.http.fields import Choice, Integer, Many, MoneyField, PathId, PrimaryKey, Shape, Text
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.idempotency_store import IdempotencyStore
from libs.common.http.internal import InternalDoor
from libs.common.http.lists import list_query, reply_list
from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import error, non_field_errors, on_field
from libs.common.http.refusals import InvalidInput
from libs.common.http.replies import reply
from libs.common.http.store import StoreDoor
from libs.common.http.wordings import Wordings
from libs.common.process.app import ServiceApp
from libs.testing.tokens import Tokens

ORDERS = 2500
COUNTS = {"usual": Count(ORDERS), "exact": Count(ORDERS + 1), "none": Count(None)}
NO_DATABASE = "postgresql://127.0.0.1:1/none"  # no test of the shop sends an Idempotency-Key


class ProductNotFound(NotFound):
    thing = "Product"


class SkuTaken(DomainError):
    kind = Kind.CONFLICT
    code = "sku_taken"


class StockShort(DomainError):
    kind = Kind.CONFLICT
    code = "insufficient_stock"


class NotPending(DomainError):
    kind = Kind.CONFLICT
    code = "not_pending"


class NeverPositive(DomainError):
    code = "never_positive"


class EmailTaken(DomainError):
    code = "email_taken"


class PhoneTaken(DomainError):
    pass


REFUSALS: dict[str, DomainError] = {
    "missing-token": Unauthenticated("missing"),
    "bad-token": Unauthenticated("invalid"),
    "bad-login": Unauthenticated("login"),
    "wrong-role": Forbidden("role"),
    "not-mine": Forbidden("owner"),
    "not-found": ProductNotFound(),
    "throttled": Throttled(17),
    "down": Unavailable("database"),
    "fields": Refusals([EmailTaken(), PhoneTaken()]),
    "shape": InvalidInput([(("email",), "Taken."), (("phone",), "Taken too.")]),
    "one-field": NeverPositive(),
    "conflict-on-field": SkuTaken(),
    "conflict": StockShort(available=2),
    "rule": NotPending(),
}


class LineIn(Shape):
    product: Annotated[int, PrimaryKey()]
    quantity: Annotated[int, Integer(ge=1)]


@example({"items": [{"product": 1, "quantity": 2}], "note": "soon"})
class OrderIn(Shape):
    items: Annotated[list[LineIn], Many(min_items=1, max_items=50)]
    price: Annotated[Decimal, MoneyField(ge=0)] = Decimal(0)
    note: Annotated[str, Text(max_length=10, blank=True)] = ""
    customer: Annotated[int, PrimaryKey()] | None = None
    tags: Annotated[list[Annotated[str, Text()]], Many()] | None = None


class OrderPatch(Shape):
    note: Annotated[str, Text(max_length=10)] = ""


@example({"id": 1, "items": 2})
class OrderOut(TypedDict):
    """An order."""

    id: int
    items: int


@dataclass
class ShopDeps:
    """Notes what happens to it, and what the routes did."""

    happened: list[str] = field(default_factory=list)

    async def open(self) -> None:
        self.happened.append("opened")

    async def close(self) -> None:
        self.happened.append("closed")


def a_door(kind: type[Door], wordings: Wordings, **options: Any) -> Door:
    """The routes of the shop, as a door of that kind declares them."""
    door = kind("shop", wordings=wordings, **options)
    end = "/" if kind.trailing_slash else ""
    declare_order(door, end)
    declare_orders(door, end)
    declare_people(door, end)
    declare_failures(door, end)
    return door


def declare_order(door: Door, end: str) -> None:
    """One order: the methods of a resource."""

    @door.post("/orders" + end, response_model=OrderOut, status_code=201)
    @refuses(NotPending())
    async def create(body: OrderIn) -> Response:
        return reply({"id": 1, "items": len(body.items), "given": list(body.given())}, 201)

    @door.patch("/orders/{order_id}" + end)
    async def change(order_id: PathId, body: OrderPatch) -> Response:
        return reply({"id": order_id, **body.given()})

    @door.get("/orders/{order_id}" + end)
    async def detail(order_id: PathId) -> Response:
        return reply({"id": order_id})

    @door.delete("/orders/{order_id}" + end)
    async def delete(order_id: PathId) -> Response:
        return reply(None, 204)


def declare_orders(door: Door, end: str) -> None:
    """The list of orders."""

    @door.get("/orders" + end)
    async def orders(
        request: Request,
        query: Annotated[ListQuery, Depends(list_query(ordering=("id", "name"), search=True))],
        status: Annotated[str, Choice("PAID", "PENDING")] | None = None,
    ) -> Response:
        ordering = [list(pair) for pair in query.ordering]
        start = query.offset + int(query.after[0] or 0 if query.after else 0)
        end = start + query.limit
        shown = {"limit": query.limit, "offset": start, "search": query.search, "ordering": ordering}
        last = (str(end),) if end < ORDERS else None
        page = Page([{**shown, "status": status}], COUNTS[query.count], last)
        return reply_list(request, page.items, page, query)


def declare_people(door: Door, end: str) -> None:
    """What only some may do."""

    @door.get("/staff" + end)
    async def staff_list(
        query: Annotated[ListQuery, Depends(list_query())],
        who: Staff,
        sort: Annotated[str, Choice("A")] = "A",
    ) -> Response:
        return reply({"limit": query.limit, "who": who.user_id, "sort": sort})

    @door.post("/staff" + end)
    async def for_staff(body: OrderIn, who: Staff) -> Response:
        return reply({"who": who.user_id})

    @door.post("/admins" + end)
    @idempotent
    async def for_admins(body: OrderIn, who: AdminOrOwner, operation: OperationDep) -> Response:
        return reply({"who": who.user_id, "operation": str(operation)})

    @door.get("/me" + end)
    async def me(who: AnyUser) -> Response:
        return reply({"who": who.user_id})


def declare_failures(door: Door, end: str) -> None:
    """What goes wrong."""

    @door.post("/refusals/{name}" + end)
    async def refuse(name: str) -> Response:
        raise REFUSALS[name]

    @door.get("/bug" + end)
    async def bug() -> Response:
        raise ZeroDivisionError("a bug with a secret in it")


def pos_door(**options: Any) -> Door:
    return a_door(
        PosDoor,
        {
            SkuTaken: on_field("sku", "product with this sku already exists."),
            StockShort: error("Insufficient stock.", beside=["available"]),
            NotPending: non_field_errors("Solo se pueden pagar órdenes PENDIENTES."),
            NeverPositive: on_field("amount", "Ensure this value is positive."),
            EmailTaken: on_field("email", "Taken."),
            PhoneTaken: on_field("phone", "Taken too."),
        },
        **options,
    )


def storefront_door(**options: Any) -> Door:
    return a_door(
        StoreDoor,
        {
            SkuTaken: store_dialect.error("SKU already exists"),
            StockShort: store_dialect.error("Insufficient stock.", beside=["available"], status=400),
            NotPending: store_dialect.error("Solo se pueden pagar órdenes PENDIENTES."),
            NeverPositive: store_dialect.on_field("amount", "Ensure this value is positive."),
            EmailTaken: store_dialect.on_field("email", "Taken."),
            PhoneTaken: store_dialect.on_field("phone", "Taken too."),
        },
        **options,
    )


def internal_door() -> InternalDoor:
    door = InternalDoor("shop")

    @door.post("/refusals/{name}")
    async def refuse(name: str) -> Response:
        raise REFUSALS[name]

    @door.put("/orders")
    async def put(body: OrderIn, caller: CallingService) -> Response:
        return reply({"caller": caller})

    return door


def shop_app(tokens: Tokens, **options: Any) -> ServiceApp:
    """The whole service."""
    parts: dict[str, Any] = {
        "deps": ShopDeps(),
        "doors": (pos_door(), storefront_door(), internal_door()),
        "verifier": tokens.verifier,
        "service_verifier": tokens.service_verifier("shop"),
        "idempotency": IdempotencyStore(Database(NO_DATABASE), system_clock),
    }
    return ServiceApp(service="shop", **{**parts, **options})
