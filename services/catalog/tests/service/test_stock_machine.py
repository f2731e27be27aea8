"""Random work on the stock, compared after every step with a model (libs/testing/machines.py)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from libs.testing.machines import Machine, RunMachine, World
from services.catalog.deps import Deps
from services.catalog.domain.stock import Disposition, Reason, ReturnedLine, WantedLine
from services.catalog.tests.builders import SELECT_TOLD_WRONGLY
from services.catalog.usecases.products.changing import (
    ChangeProduct,
    CreateProduct,
    change_product,
    create_product,
    delete_product,
)
from services.catalog.usecases.products.importing import (
    Importer,
    ImportProduct,
    Outcome,
    import_products,
)
from services.catalog.usecases.stock.adjusting import AdjustStock, adjust_stock
from services.catalog.usecases.stock.allocations import AllocateStock, allocate_stock
from services.catalog.usecases.stock.holds import ReserveStock, reserve_stock
from services.catalog.usecases.stock.releases import (
    CancelAllocation,
    cancel_allocation,
    confirm_allocations,
    release_allocation,
)
from services.catalog.usecases.stock.returns import TakeBack, take_back
from services.catalog.usecases.stock.sold import RecordSale, record_sale

STEPS = 25
PRODUCTS = (1, 2)
STOCK = 10

product_ids = st.sampled_from(PRODUCTS)
# Few users and small pieces: so a user often has several holds of a product.
users = st.integers(1, 2)
pieces = st.integers(1, 4)
orders = st.integers(0, 5)
returned = st.builds(ReturnedLine, product_ids, pieces, st.sampled_from(Disposition))
part = st.fixed_dictionaries({}, optional=dict.fromkeys(PRODUCTS, st.integers(1, 6)))
SELDOM = st.sampled_from([True, False, False, False])

SELECT_STOCK = """
    select products.id, current_stock, deleted_at is null as is_live,
        coalesce((select sum(change) from stock_ledger where product_id = products.id), 0)::bigint as entered,
        coalesce((
            select sum(quantity) from holds where product_id = products.id and expires_at > %(now)s
        ), 0)::bigint as held
    from products order by id
"""

SELECT_MISSING = "select product_id, allocation_id, quantity from shortfalls order by id"

SELECT_KEPT = "select product_id, sum(kept)::bigint as kept from allocation_lines group by product_id"

SELECT_HOLDS = """
    select product_id, user_id, expires_at, sum(quantity)::bigint as quantity
    from holds where quantity > 0 and expires_at > %(now)s group by product_id, user_id, expires_at
"""


@dataclass
class Hold:
    """A hold as it should be."""

    user: int
    quantity: int
    expires_at: datetime


@dataclass
class Order:
    """An order that took stock. One that `is_sold` may lack pieces, and a count may have seen that."""

    uuid: UUID
    taken: dict[int, int]
    used: list[tuple[Hold, int]]
    status: str = "HELD"
    is_sold: bool = False
    is_partly_back: bool = False
    missing: Counter[int] = field(default_factory=Counter)
    counted: Counter[int] = field(default_factory=Counter)


class StockMachine(Machine[Deps]):
    """Carts, orders, counts and days of two products; the model is plain Python."""

    def __init__(self, world: World[Deps]) -> None:
        super().__init__(world)
        self.stock = dict.fromkeys(PRODUCTS, STOCK)
        self.holds: dict[int, list[Hold]] = {product: [] for product in PRODUCTS}
        self.deleted: set[int] = set()
        self.orders: list[Order] = []
        self.lacking: dict[int, list[Order]] = {product: [] for product in PRODUCTS}
        self.taken_by_sales: set[int] = set()
        self.kept: Counter[int] = Counter()
        self.returns: list[TakeBack] = []

    def live(self, product: int, user: int | None = None) -> list[Hold]:
        now = self.clock()
        return [hold for hold in self.holds[product] if hold.expires_at > now and user in {None, hold.user}]

    def held(self, product: int, user: int | None = None) -> int:
        return sum(hold.quantity for hold in self.live(product, user))

    @initialize()
    def open_shop(self) -> None:
        for product in PRODUCTS:
            command = CreateProduct(
                by=1, name="Cola", sku=f"SKU-{product}", price=Decimal(1), current_stock=STOCK
            )
            now = self.deps.now()
            self.run(create_product(command, database=self.database, low_stock_threshold=5, now=now))
        for product, user in ((1, 1), (1, 2), (1, 1), (2, 1), (2, 1)):
            self.fill_cart(product, user, 2)
        self.place(1, {1: 3, 2: 2})
        self.sell(None, 2, {2: STOCK})

    def reserve(self, product: int, user: int, amount: int, *, is_admin: bool = False) -> bool:
        command = ReserveStock(
            operation=uuid4(), product_id=product, amount=amount, by=user, may_release_others=is_admin
        )
        deps = self.deps
        return self.succeeds(
            reserve_stock(command, database=self.database, lasting=deps.hold_time, now=deps.now())
        )

    @rule(product=product_ids, user=users, amount=pieces)
    def hold(self, product: int, user: int, amount: int) -> None:
        self.fill_cart(product, user, amount)

    def fill_cart(self, product: int, user: int, amount: int) -> None:
        self.clock.advance(minutes=1)  # no two holds are of the same moment
        fits = product not in self.deleted and amount <= self.stock[product] - self.held(product)
        assert self.reserve(product, user, amount) == fits
        if fits:
            expires_at = self.clock() + self.deps.hold_time
            self.holds[product].append(Hold(user, amount, expires_at))

    @precondition(lambda self: any(self.held(product) for product in PRODUCTS))
    @rule(number=orders, amount=pieces, by=st.sampled_from(["ITS USER", "ITS USER", "ANOTHER", "ADMIN"]))
    def let_go(self, number: int, amount: int, by: str) -> None:
        holds = [(product, hold) for product in PRODUCTS for hold in self.live(product)]
        product, hold = holds[number % len(holds)]
        user, is_admin = hold.user if by == "ITS USER" else 3 - hold.user, by == "ADMIN"
        most = self.held(product) if is_admin else self.held(product, user)
        fits = product not in self.deleted and amount <= most
        assert self.reserve(product, user, -amount, is_admin=is_admin) == fits
        if fits:
            _use_up(sorted(self.live(product), key=lambda hold: hold.user != user), amount)

    @rule(user=users, wanted=st.dictionaries(product_ids, pieces, min_size=1))
    def order(self, user: int, wanted: dict[int, int]) -> None:
        self.place(user, wanted)

    def place(self, user: int, wanted: dict[int, int]) -> None:
        fits = not self.deleted & wanted.keys() and all(
            amount <= self.stock[product] - self.held(product) + self.held(product, user)
            for product, amount in wanted.items()
        )
        lines = [WantedLine(product, amount) for product, amount in wanted.items()]
        command = AllocateStock(id=uuid4(), user_id=user, channel="POS", lines=lines)
        deps = self.deps
        taken = allocate_stock(command, database=self.database, lease=deps.lease, now=deps.now())
        assert self.succeeds(taken) == fits
        if fits:
            order = Order(command.id, wanted, used=[])
            self.orders.append(order)
            for product, amount in wanted.items():
                self.stock[product] -= amount
                order.used += _use_up(self.live(product, user), amount)

    def known(self, number: int) -> Order:
        """One of the orders, rather one whose stock has not gone back."""
        live = [order for order in self.orders if order.status != "RELEASED"]
        orders = live if live and number % 3 else self.orders
        return orders[number % len(orders)]

    def put_back(self, order: Order, said: dict[int, int] | None = None) -> None:
        if order.status != "RELEASED" and not order.is_sold:
            order.status = "RELEASED"
            for product, taken in order.taken.items():
                amount = taken if said is None else min(said.get(product, 0), taken)
                self.come_in(product, amount)
                self.kept[product] += taken - amount
                order.is_partly_back |= amount < taken

    def come_in(self, product: int, amount: int) -> None:
        """Pieces come in: the sales that lack some get them, the oldest first."""
        self.stock[product] += amount
        for order in self.lacking[product]:
            got = min(order.missing[product], amount)
            amount -= got
            self.stock[product] -= got
            order.missing[product] -= got
            order.taken[product] += got
        self.forget_settled(product)

    def close(self, product: int) -> None:
        """Somebody has counted."""
        for order in self.lacking[product]:
            order.counted[product] += order.missing.pop(product)
        self.forget_settled(product)

    def forget_settled(self, product: int) -> None:
        self.lacking[product] = [order for order in self.lacking[product] if order.missing[product]]

    @rule(number=st.none() | orders, user=users, wanted=part)
    def sell(self, number: int | None, user: int, wanted: dict[int, int]) -> None:
        """A sale that has happened already: a new one, or what was sold of an order, or no sale after all."""
        order = None if number is None else self.known(number)
        if order is None or order.is_partly_back:  # only the web shop cancels a part
            order = Order(uuid4(), {}, used=[])
        now = self.deps.now()
        lines = [WantedLine(product, amount) for product, amount in wanted.items()]
        command = RecordSale(id=order.uuid, order_id=None, user_id=user, sold=now, lines=lines)
        self.run(record_sale(command, database=self.database, now=now))
        if order not in self.orders:
            self.orders.append(order)
        if order.status == "RELEASED":
            order.taken = {}
        order.status, order.is_sold = "CONFIRMED", True
        back = {product: self.correct(order, product, user, wanted.get(product, 0)) for product in PRODUCTS}
        for product, amount in back.items():
            self.come_in(product, amount)

    def correct(self, order: Order, product: int, user: int, wanted: int) -> int:
        """The order has sold this many pieces; returns how many of those it took go back to the shelf."""
        more = wanted - order.taken.get(product, 0) - order.missing[product] - order.counted[product]
        if more >= 0:
            there = min(more, self.stock[product])
            self.stock[product] -= there
            order.taken[product] = order.taken.get(product, 0) + there
            _use_up(self.live(product, user), more)
            if more > there and not order.missing[product]:
                self.lacking[product].append(order)
            order.missing[product] += more - there
            if more:
                self.taken_by_sales.add(product)
            return 0
        for pieces in (order.missing, order.counted):
            fewer = min(pieces[product], -more)
            pieces[product] -= fewer
            more += fewer
        self.forget_settled(product)
        order.taken[product] = order.taken.get(product, 0) + more
        return -more

    @rule(number=orders, how=st.sampled_from(["RELEASE", "CONFIRM", "CANCEL", "PARTLY", "PARTLY"]), said=part)
    def end(self, number: int, how: str, said: dict[int, int]) -> None:
        """One rule: hypothesis tries some rules much more often than others."""
        order = self.known(number)
        match how:
            case "RELEASE":
                self.release(order)
            case "CONFIRM":
                self.confirm(order)
            case "CANCEL":
                self.cancel(order, None)
            case _:
                self.cancel(order, said)

    def release(self, order: Order) -> None:
        work = release_allocation(order.uuid, database=self.database, now=self.clock())
        assert self.succeeds(work) == (order.status != "CONFIRMED")
        if order.status == "HELD":
            self.put_back(order)
            for hold, amount in order.used:
                hold.quantity += amount

    def confirm(self, order: Order) -> None:
        if order.status == "HELD":
            self.run(self._confirm(order))
            order.status = "CONFIRMED"

    async def _confirm(self, order: Order) -> None:
        async with self.database.transaction() as tx:
            await confirm_allocations(tx, {order.uuid: None}, now=self.clock())

    def cancel(self, order: Order, said: dict[int, int] | None) -> None:
        lines = None if said is None else [WantedLine(product, amount) for product, amount in said.items()]
        command = CancelAllocation(order.uuid, lines)
        self.run(cancel_allocation(command, database=self.database, now=self.clock()))
        self.put_back(order, said)

    @rule(lines=st.lists(returned, min_size=1, max_size=3), repeated=st.none() | orders)
    def give_back(self, lines: list[ReturnedLine], repeated: int | None) -> None:
        command = TakeBack(id=uuid4(), order_uuid=uuid4(), user_id=1, lines=lines)
        self.run(take_back(command, database=self.database, now=self.clock()))
        self.returns.append(command)
        for line in lines:
            if line.disposition is Disposition.RESTOCK:
                self.stock[line.product_id] += line.quantity
        if repeated is not None:
            earlier = self.returns[repeated % len(self.returns)]
            self.run(take_back(earlier, database=self.database, now=self.clock()))

    def import_count(self, product: int, stock: int) -> bool:
        line = ImportProduct(line=2, sku=f"SKU-{product}", current_stock=stock)
        importer = Importer(database=self.database, by=1, low_stock_threshold=5, dry_run=False)
        (imported,) = self.run(import_products([line], importer=importer, now=self.deps.now()))
        return imported.outcome is not Outcome.REFUSED

    def change(self, product: int, **fields: Any) -> bool:
        command = ChangeProduct(product_id=product, by=1, **fields)
        return self.succeeds(change_product(command, database=self.database, now=self.deps.now()))

    @rule(product=product_ids, stock=st.integers(0, 15), how=st.sampled_from(["BY HAND", "BY FILE"]))
    def count(self, product: int, stock: int, how: str) -> None:
        fits = product not in self.deleted and stock >= min(self.held(product), self.stock[product])
        if how == "BY HAND":
            assert self.change(product, current_stock=stock) == fits
        else:
            assert self.import_count(product, stock) == fits
        if fits:
            self.close(product)
            self.stock[product] = stock

    @rule(product=product_ids, change=st.integers(-6, 6).filter(bool))
    def adjust(self, product: int, change: int) -> None:
        available = max(self.stock[product] - self.held(product), 0)
        fits = product not in self.deleted and -change <= available
        command = AdjustStock(
            operation=uuid4(), product_id=product, change=change, reason=Reason.CORRECTION, note=None, by=1
        )
        now = self.deps.now()
        assert self.succeeds(adjust_stock(command, database=self.database, now=now)) == fits
        if fits and change > 0:
            self.come_in(product, change)
        elif fits:
            self.stock[product] += change

    @rule(minutes=st.sampled_from([1, 10, 29, 30]))
    def pass_time(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(product=product_ids, really=SELDOM)
    def deactivate(self, product: int, really: bool) -> None:  # noqa: FBT001 - drawn
        if really and self.change(product, is_active=False):
            self.holds[product].clear()
            self.change(product, is_active=True)

    @rule(product=product_ids, really=SELDOM)
    def delete(self, product: int, really: bool) -> None:  # noqa: FBT001 - drawn
        if really and product not in self.deleted:
            self.run(delete_product(product, database=self.database, now=self.deps.now()))
            self.deleted.add(product)
            self.holds[product].clear()

    @invariant()
    def the_stock_is_as_it_should_be(self) -> None:
        rows = self.run(self.database.fetch_dicts(SELECT_STOCK, {"now": self.clock()}))
        for row in rows:
            product = row["id"]
            expected = (self.stock[product], self.held(product))
            assert (row["current_stock"], row["held"]) == expected
            assert row["entered"] == row["current_stock"] >= 0
            assert row["current_stock"] >= row["held"] or product in self.taken_by_sales

    @invariant()
    def what_is_missing_is_known_the_oldest_first(self) -> None:
        rows = self.run(self.database.fetch_dicts(SELECT_MISSING))
        for product in PRODUCTS:
            expected = [(order.uuid, order.missing[product]) for order in self.lacking[product]]
            of_product = [row for row in rows if row["product_id"] == product]
            assert [(row["allocation_id"], row["quantity"]) for row in of_product] == expected

    @invariant()
    def what_was_published_is_the_ledger(self) -> None:
        assert self.run(self.database.fetch_dicts(SELECT_TOLD_WRONGLY)) == []

    @invariant()
    def what_did_not_go_back_is_known(self) -> None:
        rows = self.run(self.database.fetch_dicts(SELECT_KEPT))
        assert Counter({row["product_id"]: row["kept"] or 0 for row in rows}) == self.kept

    @invariant()
    def each_user_holds_what_is_left_of_the_right_holds(self) -> None:
        """Sums alone would show the use of a wrong hold only when another one lapses, if at all."""
        rows = self.run(self.database.fetch_dicts(SELECT_HOLDS, {"now": self.clock()}))
        expected: Counter[tuple[int, int, datetime]] = Counter()
        for product in PRODUCTS:
            for hold in self.live(product):
                expected[product, hold.user, hold.expires_at] += hold.quantity
        left = {(row["product_id"], row["user_id"], row["expires_at"]): row["quantity"] for row in rows}
        assert left == +expected


def _use_up(holds: list[Hold], amount: int) -> list[tuple[Hold, int]]:
    """Take so many pieces from these holds, in their order; returns what was taken of each."""
    taken = []
    for hold in holds:
        used = min(hold.quantity, amount)
        hold.quantity -= used
        amount -= used
        taken.append((hold, used))
    return taken


@pytest.mark.timeout(600)  # a failure is made small first, for at most 300 s
def test_whatever_happens_the_stock_is_as_it_should_be(run_machine: RunMachine, deps: Deps) -> None:
    run_machine(StockMachine, deps, steps=STEPS)
