"""Deeds of the sample that the API dates now: shifts, returns, credit, apartados, web orders.

Each deed has its own key: a sample that was interrupted goes on where it was.
"""

from collections.abc import Sequence
from decimal import Decimal

from deploy.local.demo_shop import SHOPPER
from deploy.local.sample.goods import Fate, Product
from deploy.local.sample.office import Office
from deploy.local.sample.quarter import CUSTOMERS, REGISTERS, Sale
from deploy.local.sample.sending import client_id
from deploy.local.sample.stage import PASSWORD, Stage, login
from libs.common.money import money_text

OPENING = "800.00"
MISSING = Decimal("35.50")
"""What the drawer of the last register lacks when it is counted."""
SALES_OF_A_SHIFT, RETURNS, CREDIT_SALES, LAYAWAYS, WEB_ORDERS = 6, 3, 4, 3, 10
SALES_OF_A_WEEK = 300
"""What comes back was sold in cash within the last week."""


class Present:
    """The day of the sample on which everything else happens."""

    def __init__(
        self, owner: Office, stage: Stage, products: Sequence[Product], sales: Sequence[Sale]
    ) -> None:
        self._owner = owner
        self._lately = [sale for sale in sales[-SALES_OF_A_WEEK:] if sale.tender == "CASH"]
        self._last_number = max((sale.seq for sale in sales if sale.register == 0), default=0)
        self._stage = stage
        self._selling = [place for place, each in enumerate(products) if each.fate is Fate.SELLS]
        self._short = next(place for place, each in enumerate(products) if each.fate is Fate.RUNS_OUT)

    def play(self) -> None:
        """Do everything once. The last register's count ends it: `is_filled` looks for that."""
        cashiers = [self._owner.colleague(login(place), PASSWORD) for place in range(REGISTERS)]
        shifts = [self._open(cashier, place) for place, cashier in enumerate(cashiers)]
        for place, cashier in enumerate(cashiers):
            self._sell(cashier, place)
        for number, sale in enumerate(self._lately[:RETURNS]):
            self._take_back(number, sale)
        for number in range(CREDIT_SALES):
            self._sell_on_credit(cashiers[0], number)
        for number in range(LAYAWAYS):
            self._lay_away(cashiers[0], number)
        for number in range(WEB_ORDERS):
            self._order_on_the_web(number)
        self._sell_too_many()
        for place in (1, 2):
            self._close(place, shifts[place], missing=MISSING if place == REGISTERS - 1 else Decimal(0))
        for cashier in cashiers:
            cashier.close()

    def _open(self, cashier: Office, place: int) -> int:
        body = {"register": self._stage.registers[place], "opening_cash": OPENING}
        return int(cashier.post("/api/shifts/", body, deed=f"shift {place}")["id"])

    def _sell(self, cashier: Office, place: int) -> None:
        for number in range(SALES_OF_A_SHIFT):
            method = ("CASH", "CASH", "CARD", "TRANSFER")[number % 4]
            self._order(cashier, f"present {place} {number}", place * 7 + number, method, place)

    def _sell_on_credit(self, cashier: Office, number: int) -> None:
        customer = self._stage.customers[number * 4 % CUSTOMERS]
        self._order(cashier, f"credit {number}", 40 + number, "CREDIT", 0, customer)

    def _order(
        self, cashier: Office, deed: str, place: int, method: str, register: int, customer: int | None = None
    ) -> None:
        items = [{"product_id": self._product(place), "quantity": 2}]
        body = {"client_id": str(self._owner.id_of(deed)), "items": items, "customer": customer}
        order = cashier.post("/api/orders/", body, deed=f"{deed} order")
        pay = {"payment_method": method, "register": self._stage.registers[register]}
        cashier.post(f"/api/orders/{order['id']}/pay/", pay, deed=f"{deed} pay")

    def _take_back(self, number: int, sale: Sale) -> None:
        folio = str(client_id(self._owner, sale))[:8].upper()
        (order,) = self._owner.get(f"/api/orders/?folio={folio}")
        body = {
            "items": [{"product_id": self._stage.products[sale.items[0].product], "quantity": 1}],
            "reason": "No era lo que buscaba" if number % 3 else "Llegó abierto",
            "register": self._stage.registers[0],
        }
        self._owner.post(f"/api/orders/{order['id']}/returns/", body, deed=f"return {number}")

    def _lay_away(self, cashier: Office, number: int) -> None:
        place = 60 + number
        deposit = money_text(self._stage.prices[self._selling[place]])
        body = {
            "customer": self._stage.customers[10 + number],
            "items": [{"product_id": self._product(place), "quantity": 3}],
            "deposit": {"payments": [{"payment_method": "CASH", "amount": deposit}]},
            "register": self._stage.registers[0],
        }
        cashier.post("/api/layaways/", body, deed=f"layaway {number}")

    def _order_on_the_web(self, number: int) -> None:
        """Most are paid by now, the last ones wait."""
        shopper = self._owner.colleague(SHOPPER["email"], SHOPPER["password"])
        buyer = shopper.get("/api/users/me/")["id"]
        items = [{"product_id": self._product(80 + number), "quantity": 1 + number % 3}]
        made = shopper.post("/sales/orders", {"user_id": buyer, "items": items}, deed=f"web {number}")
        shopper.close()
        invoice = f"/sales/invoices/{made['invoice']['id']}"
        if number < WEB_ORDERS - 2 and self._owner.get(invoice)["status"] != "paid":
            self._owner.patch(f"{invoice}/status", {"status": "paid"})

    def _sell_too_many(self) -> None:
        """A till sells more of a product than is in stock: one flag for somebody to review."""
        price = self._stage.prices[self._short]
        pieces = 6
        sale = {
            "client_id": str(self._owner.id_of("too many")),
            "seq": self._last_number + 1,
            "sold_at": self._owner.get(f"/api/shifts/?register={self._stage.registers[0]}")[0]["opened_at"],
            "sold_by": self._stage.cashiers[0],
            "items": [
                {
                    "product_id": self._stage.products[self._short],
                    "quantity": pieces,
                    "unit_total": money_text(price),
                }
            ],
            "payments": [{"payment_method": "CASH", "amount": money_text(price * pieces)}],
        }
        body = {"register": self._stage.registers[0], "sales": [sale], "unsent": 0}
        self._owner.post("/api/sync/sales/", body)

    def _close(self, place: int, shift: int, *, missing: Decimal) -> None:
        expected = Decimal(self._owner.get(f"/api/shifts/{shift}/report/")["cash"]["expected"])
        body = {"counted_cash": money_text(expected - missing), "note": "Corte de muestra"}
        self._owner.post(f"/api/shifts/{shift}/close/", body, deed=f"close {place}")

    def _product(self, place: int) -> int:
        return self._stage.products[self._selling[place]]
