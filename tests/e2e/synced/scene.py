"""A shop for one day at tills without a network: its goods and people, what was placed before, its shifts.

Two scenes of the same sales differ in nothing but ids, marks and the day.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, LiteralString, NamedTuple, Self
from uuid import UUID, uuid5

import psycopg

from deploy.local.suite import LocalSuite
from libs.common.clock import iso_utc
from tests.e2e.shop import Shop, done, made
from tests.e2e.synced.plan import (
    CUSTOMERS,
    DEARER,
    DELETED,
    MONEY,
    OWING,
    RECEIVED,
    SELLERS,
    TILLS,
    Item,
    Kind,
    Sale,
    Shift,
)
from tests.e2e.tills import Till
from tests.e2e.waiting import eventually


class Product(NamedTuple):
    """A product with its price before tax, and what is in stock beyond what was placed before the day."""

    name: str
    price: str
    tax_rate: str
    stock: int


OPENING = Decimal("2000.00")
"""More than the goods that are taken back are worth."""
PRODUCTS = (
    Product("Café", "18.53", "16.00", 10_000),
    Product("Pan", "7.77", "0.00", 10_000),
    Product("Agua", "86.21", "16.00", 5),
    Product("Leche", "25.05", "EXENT", 2),
    Product("Vela", "0.99", "8.00", 10_000),
)
RECEIVED_PIECES = 6
UNKNOWN_PRODUCT = 999_999_999
BOUGHT_PIECES = 60
"""Of product 0, bought before the day for 1,289.40, which earned 13 points, and all taken back during it."""
REWARDED_WITHIN_SECONDS = 20

HIGHER_PRICE = "9.99"

PUT_OPENING_BACK = "update shifts set opened_at = %(at)s where id = %(shift)s"
PUT_CLOSE_BACK = "update shifts set closed_at = %(at)s where id = %(shift)s"
PUT_PRICES_BACK = "update product_prices set since = %(at)s where product_id = any(%(products)s)"


@dataclass(slots=True)
class Scene:
    """The shop. `begin` is the first second of the day, in UTC; `bought` is the order that will come back."""

    suite: LocalSuite
    shop: Shop
    begin: datetime
    sales: Sequence[Sale]
    mark: UUID
    cashiers: Sequence[Shop]
    sellers: Sequence[int]
    registers: Sequence[Mapping[str, Any]]
    products: Sequence[int]
    prices: Sequence[Decimal]
    customers: Sequence[int]
    bought: int
    shifts: dict[Shift, int] = field(default_factory=dict)

    @classmethod
    def set(cls, suite: LocalSuite, shop: Shop, begin: datetime, sales: Sequence[Sale]) -> Self:
        """Make everything, and open the shifts of the morning."""
        cashiers = [shop.with_another_cashier() for _ in range(SELLERS)]
        placed = _pieces(sale.placed for sale in sales)
        goods = [
            _new_product(shop, product, product.stock + placed.get(place, 0))
            for place, product in enumerate(PRODUCTS)
        ]
        customers = [shop.new_customer() for _ in range(CUSTOMERS)]
        products = [int(product["id"]) for product in goods]
        scene = cls(
            suite=suite,
            shop=shop,
            begin=begin,
            sales=sales,
            mark=UUID(bytes=secrets.token_bytes(16)),
            cashiers=cashiers,
            sellers=[_id_of(cashier) for cashier in cashiers],
            registers=[_new_register(shop) for _ in range(TILLS)],
            products=products,
            prices=[Decimal(product["final_price"]) for product in goods],
            customers=customers,
            bought=_bought_and_spent(shop, products, customers[OWING]),
        )
        scene._put_back("catalog", PUT_PRICES_BACK, 0, products=products)
        scene._place_orders()
        for path in (
            f"/api/products/{products[DELETED]}/",
            f"/api/customers/{customers[-1]}/",
            f"/api/users/{scene.sellers[-1]}/",
        ):
            assert shop.owner.delete(path).status_code == 204, path
        scene._open(Shift.MORNING)
        scene._open(Shift.WHOLE_DAY)
        return scene

    def client_id(self, sale: Sale) -> UUID:
        """The till's own id of the sale."""
        return uuid5(self.mark, f"{sale.till} {sale.seq}")

    def text(self, sale: Sale) -> dict[str, Any]:
        """The sale as the till sends it."""
        items = [
            {
                "product_id": self.products[item.product],
                "quantity": item.pieces,
                "unit_total": str(self._unit_total(item)),
            }
            for item in sale.items
        ]
        if sale.kind is Kind.PRODUCT_UNKNOWN:
            items[0]["product_id"] = UNKNOWN_PRODUCT
        voided = {"voided_at": self._moment(sale.minute + 1), "void_reason": "Se arrepintió"}
        return {
            "client_id": str(self.client_id(sale)),
            "seq": sale.seq,
            "sold_at": self._moment(sale.minute),
            "sold_by": self.sellers[sale.seller],
            "customer": None if sale.customer is None else self.customers[sale.customer],
            "items": items,
            "payments": self._payments(sale),
            **(voided if sale.kind in (Kind.VOIDED, Kind.WAS_OPEN_VOIDED) else {}),
        }

    def close_first_shift(self, office: Till) -> None:
        """Till 0 closes in the middle of the day, with sales unsent, and opens another shift."""
        self._close(office, Shift.MORNING)
        self._open(Shift.AFTERNOON)

    def close_all(self, office: Till) -> None:
        """Close the shifts that are open, when all is there."""
        self._close(office, Shift.AFTERNOON)
        self._close(office, Shift.WHOLE_DAY)

    def receive(self, office: Till) -> None:
        """Goods come in, which settle shortfalls."""
        body = {"change": RECEIVED_PIECES, "reason": "RECEIVED", "note": "Entrega"}
        office.send(f"/api/products/{self.products[RECEIVED]}/stock/", body, status=200)

    def take_back(self, office: Till) -> None:
        """The customer brings back what they bought before, whose points they have spent."""
        body = {
            "items": [{"product_id": self.products[0], "quantity": BOUGHT_PIECES}],
            "reason": "Caducado",
            "register": self.registers[1]["id"],
        }
        office.send(f"/api/orders/{self.bought}/returns/", body, status=201)

    def raise_price(self, office: Till) -> None:
        """A product costs more from now on: what was sold before was sold at the price of then."""
        office.change(f"/api/products/{self.products[DEARER]}/", {"price": HIGHER_PRICE})

    def _cash(self, shift: Shift) -> Decimal:
        """What is in the drawer, sales included that nobody has sent."""
        sold = [sale for sale in self.sales if sale.kind in MONEY and shift.has(sale)]
        paid = [payment for sale in sold for payment in self._payments(sale)]
        cash = [Decimal(each["amount"]) for each in paid if each["payment_method"] == "CASH"]
        back = self.prices[0] * BOUGHT_PIECES if shift is Shift.WHOLE_DAY else Decimal(0)
        return sum(cash, OPENING) - back

    def _unit_total(self, item: Item) -> Decimal:
        return self.prices[item.product] + Decimal(item.dearer) / 100

    def _payments(self, sale: Sale) -> list[dict[str, str]]:
        total = sum((self._unit_total(item) * item.pieces for item in sale.items), Decimal(0))
        if sale.kind is Kind.FOR_POINTS:
            return [{"payment_method": "POINTS", "amount": str(total)}]
        card = (total * sale.card_percent / 100).quantize(Decimal("0.01"))
        if sale.kind is Kind.SUM_WRONG:
            total += 1
        parts = {"CASH": total - card, "CARD": card}
        return [{"payment_method": name, "amount": str(part)} for name, part in parts.items() if part]

    def _moment(self, minute: int) -> str:
        return iso_utc(self.begin + timedelta(minutes=minute))

    def _place_orders(self) -> None:
        """Place the orders that the tills had placed online, and cancel those that were called off."""
        with Till(self.cashiers[0]) as till:
            for sale in self.sales:
                if not sale.placed:
                    continue
                items = [
                    {"product_id": self.products[item.product], "quantity": item.pieces}
                    for item in sale.placed
                ]
                customer = None if sale.customer is None else self.customers[sale.customer]
                body = {"client_id": str(self.client_id(sale)), "items": items, "customer": customer}
                order = till.send("/api/orders/", body, status=201)
                if sale.kind is Kind.WAS_CALLED_OFF:
                    till.send(f"/api/orders/{order['id']}/cancel/", {}, status=200)

    def _open(self, shift: Shift) -> None:
        with Till(self.cashiers[shift.till]) as till:
            body = {"register": self.registers[shift.till]["id"], "opening_cash": str(OPENING)}
            self.shifts[shift] = int(till.send("/api/shifts/", body, status=201)["id"])
        self._put_back("sales", PUT_OPENING_BACK, shift.opens, shift=self.shifts[shift])

    def _close(self, office: Till, shift: Shift) -> None:
        """Close it as the till counts it; what it has not sent yet does not hinder the owner."""
        body = {"counted_cash": str(self._cash(shift)), "unsent": 1, "force": True}
        office.send(f"/api/shifts/{self.shifts[shift]}/close/", body, status=200)
        self._put_back("sales", PUT_CLOSE_BACK, shift.closes, shift=self.shifts[shift])

    def _put_back(self, service: str, statement: LiteralString, minute: int, **of: Any) -> None:
        """Let something have happened at this minute of the day: no test waits a day."""
        at = self.begin + timedelta(minutes=minute)
        with psycopg.connect(self.suite.database_url(service)) as database:
            database.execute(statement, {"at": at, **of})


def _pieces(orders: Iterable[Sequence[Item]]) -> dict[int, int]:
    pieces: dict[int, int] = {}
    for item in (item for items in orders for item in items):
        pieces[item.product] = pieces.get(item.product, 0) + item.pieces
    return pieces


def _id_of(cashier: Shop) -> int:
    with cashier.cashier() as client:
        return int(done(client.get("/api/users/me/"))["id"])


def _new_register(shop: Shop) -> Mapping[str, Any]:
    register: Mapping[str, Any] = made(
        shop.owner.post("/api/registers/", json={"name": f"Caja {secrets.token_hex(4)}"})
    )
    return register


def _new_product(shop: Shop, product: Product, stock: int) -> Mapping[str, Any]:
    described = {"name": product.name, "price": product.price, "tax_rate": product.tax_rate}
    body = {**described, "sku": secrets.token_hex(6), "current_stock": stock}
    made_of_it: Mapping[str, Any] = made(shop.owner.post("/api/products/", json=body))
    return made_of_it


def _bought_and_spent(shop: Shop, products: Sequence[int], customer: int) -> int:
    """The order for which the customer earned points, and spent most of them since."""
    with Till(shop) as till:
        items = [{"product_id": products[0], "quantity": BOUGHT_PIECES}]
        bought = till.sell({"items": items, "customer": customer})
        eventually(partial(_assert_rewarded, shop, customer), within_seconds=REWARDED_WITHIN_SECONDS)
        spent = {"items": [{"product_id": products[1], "quantity": 1}], "customer": customer}
        till.sell(spent, "POINTS")
    return bought.order_id


def _assert_rewarded(shop: Shop, customer: int) -> None:
    assert shop.balances_of(customer)[0] > 0
