"""The beginning and the end of crash stories: things of their own to work with, and the records at last."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from deploy.local.suite import LocalSuite
from libs.common.faults import Boundary
from tests.e2e.books import orders_of
from tests.e2e.faults import Faults
from tests.e2e.shop import Shop, done
from tests.e2e.tills import NOT_ANSWERED, Office, Till

STOCK = 100
POINTS = 1_000
CREDIT_LIMIT = "500.00"
PIECES = 3
PRICE = "20.00"
UNIT_TOTAL = "23.20"
"""With 16 % tax."""
PAID = "69.60"
"""Three pieces."""
OPENING = "500.00"


@dataclass(frozen=True, slots=True)
class Scene:
    """A suite with its shop, and a product and a customer with points and credit."""

    suite: LocalSuite
    shop: Shop
    faults: Faults
    product_id: int
    customer_id: int

    @classmethod
    def set(cls, suite: LocalSuite, shop: Shop, faults: Faults) -> "Scene":
        """Make the product and the customer."""
        customer_id = shop.new_customer(credit_limit=CREDIT_LIMIT)
        shop.give_points(customer_id, POINTS)
        return cls(suite, shop, faults, shop.new_product(stock=STOCK, price=PRICE), customer_id)

    @property
    def basket(self) -> dict[str, Any]:
        """The order of the customer for some pieces of the product."""
        return self.basket_of(PIECES)

    def basket_of(self, pieces: int) -> dict[str, Any]:
        """The order of the customer for so many pieces of the product."""
        return {
            "items": [{"product_id": self.product_id, "quantity": pieces}],
            "customer": self.customer_id,
        }

    @contextmanager
    def shift(self) -> Iterator["Shift"]:
        """A shift of a new register, opened by a cashier of its own."""
        with Till(self.shop.with_another_cashier()) as till, Office(self.shop) as office:
            register_id = self.shop.new_register()
            body = {"register": register_id, "opening_cash": OPENING}
            opened = till.send("/api/shifts/", body, status=201)
            yield Shift(till, office, int(opened["id"]), register_id, int(opened["opened_by"]))


@dataclass(frozen=True, slots=True)
class Shift:
    """An open shift: the till of who has opened it, and the owner's screen."""

    till: Till
    office: Office
    shift_id: int
    register_id: int
    cashier_id: int

    def close(self, cash: str, **approved: str) -> "Figures":
        """Close it with so much cash counted; the figures of its Z report."""
        path = f"/api/shifts/{self.shift_id}/close/"
        report = self.till.send(path, {"counted_cash": cash}, status=200, **approved)
        assert (report["shift"]["status"], report["shift"]["z_number"]) == ("CLOSED", 1)
        return Figures.of(report)

    def report(self) -> Any:
        """Its report as it is now."""
        return done(self.till.get(f"/api/shifts/{self.shift_id}/report/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of a shift. `tenders`: number, amount and what was refunded, by payment method.

    `layaway`: received, returned and applied.
    """

    sales: int = 0
    cancelled: int = 0
    tenders: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    layaway: tuple[str, str, str] = ("0.00", "0.00", "0.00")
    expected_cash: str = OPENING
    difference: str = "0.00"

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Figures":
        """Those of a report."""
        layaway, cash = report["layaway"], report["cash"]
        return cls(
            sales=report["sales"]["count"],
            cancelled=report["cancelled"],
            tenders={
                each["payment_method"]: (each["count"], each["amount"], each["refunded"])
                for each in report["tenders"]
            },
            layaway=(layaway["received"], layaway["returned"], layaway["applied"]),
            expected_cash=cash["expected"],
            difference=cash["difference"],
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is true at the end: pieces sold, and not in stock when they were; the customer's balances."""

    sold: int = PIECES
    status: str | None = "PAID"
    points: int = POINTS + 1
    credit_used: str = "0.00"
    missing: int = 0

    def assert_seen(self, scene: Scene) -> None:
        """Fail while the records are not these."""
        orders = [status for _, status, _ in orders_of(scene.suite, [scene.product_id])]
        assert orders == ([self.status] if self.status else [])
        assert scene.shop.stock_of(scene.product_id) == STOCK - self.sold + self.missing
        assert scene.shop.missing_of(scene.product_id) == self.missing
        assert scene.shop.balances_of(scene.customer_id) == (self.points, self.credit_used)


Story = Callable[[Scene], Outcome]
Crashes = Sequence[tuple[Boundary, Story]]
"""Stories, each with the boundary at which a process ends meanwhile."""


def ask_and_leave(client: httpx.Client, path: str, body: Mapping[str, Any]) -> None:
    """Send once. Fails if it is answered."""
    answer = client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code in NOT_ANSWERED, f"{answer.status_code} {answer.text}"
