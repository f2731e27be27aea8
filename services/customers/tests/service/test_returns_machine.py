"""Random sales, returns and redemptions of one customer: nobody ends with more points than they began with.

No model is needed. Whatever was heard, in whatever order: the points less those that are owed are the ones
that the kept goods earned, with what was given by hand, less what was spent. One of the two is always 0, as
there are no adjustments here.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from libs.common.contracts.sales import OrderPaid
from libs.common.points import points_for, points_taken_back
from libs.testing.machines import Machine, RunMachine, World
from services.customers.deps import Deps
from services.customers.domain.charges import Amounts
from services.customers.domain.points import PointsType
from services.customers.tests.builders import a_paid_order, a_return, hear, owed
from services.customers.usecases.charges.refunding import RefundCharge, refund_charge
from services.customers.usecases.charges.taking import TakeCharge, take_charge
from services.customers.usecases.customers.changing import CreateCustomer, create_customer
from services.customers.usecases.points.moving import MovePoints, move_points

STEPS = 40

amounts = st.sampled_from(["0.00", "49.99", "50.00", "333.33", "1000.00", "2000.00"]).map(Decimal)
tenths = st.sampled_from([0, 0, 5, 9])
numbers = st.integers(0, 20)
points = st.integers(1, 15)


@dataclass
class Sale:
    """An order, with the least amount that was kept of it so far."""

    order: OrderPaid
    kept: Decimal
    is_heard: bool = False
    taken_back: int = 0


class ReturnsMachine(Machine[Deps]):
    """A till sells, takes back, and is paid with points; events arrive late, twice and in any order."""

    def __init__(self, world: World[Deps]) -> None:
        super().__init__(world)
        self.sales: list[Sale] = []
        self.spent: dict[UUID, int] = {}
        self.given = 0

    @initialize()
    def register(self) -> None:
        maria = CreateCustomer(first_name="Maria", last_name="González", phone_number="5544332211")
        self.run(create_customer(maria, database=self.database, clock=self.clock))

    @rule(bought=st.lists(amounts, min_size=1, max_size=3), is_heard=st.sampled_from([True, True, False]))
    def sell(self, bought: list[Decimal], is_heard: bool) -> None:  # noqa: FBT001 - drawn
        sales = [Sale(a_paid_order(1, final_amount=str(amount)), kept=amount) for amount in bought]
        self.sales += sales
        if is_heard:
            self.hear_of(*sales)

    @rule(number=numbers)
    def hear_again(self, number: int) -> None:
        if sale := self.known(number):
            self.hear_of(sale)

    @rule(number=numbers, share=tenths, is_first_heard_last=st.booleans())
    def bring_back(self, number: int, share: int, is_first_heard_last: bool) -> None:  # noqa: FBT001 - drawn
        """Two returns, each of which leaves a share of what was kept."""
        if sale := self.known(number):
            kept = [self.keep(sale, share), self.keep(sale, share)]
            returns = [a_return(sale.order, kept_amount=str(amount)) for amount in kept]
            self.run(hear(self.deps, *(returns[::-1] if is_first_heard_last else returns)))

    @rule(amount=points)
    def spend(self, amount: int) -> None:
        command = TakeCharge(
            id=uuid4(),
            customer_id=1,
            order_uuid=uuid4(),
            ticket_folio="F47AC10B",
            amounts=Amounts(amount, Decimal(0)),
            user_id=1,
        )
        has, _ = self.run(owed(self.deps))
        taken = self.succeeds(
            take_charge(
                command, database=self.database, default_credit_limit=Decimal(0), clock=self.deps.clock
            )
        )
        assert taken == (amount <= has)
        if taken:
            self.spent[command.id] = amount

    @rule(number=numbers, amount=points)
    def refund(self, number: int, amount: int) -> None:
        if spent := [charge for charge, left in self.spent.items() if left]:
            charge = spent[number % len(spent)]
            self.give_back(charge, min(amount, self.spent[charge]))

    @rule(amount=points)
    def give(self, amount: int) -> None:
        command = MovePoints(
            operation=uuid4(),
            customer_id=1,
            transaction_type=PointsType.EARN,
            amount=amount,
            description="x",
            by=1,
        )
        self.run(move_points(command, database=self.database, clock=self.deps.clock))
        self.given += amount

    @invariant()
    def points_are_those_of_what_was_kept_and_not_spent(self) -> None:
        earned = sum(points_for(sale.kept) for sale in self.sales if sale.is_heard)
        net = self.given + earned - sum(self.spent.values())
        if self.sales or self.given:
            assert self.run(owed(self.deps)) == (max(net, 0), max(-net, 0))

    @invariant()
    def sales_told_the_points_that_were_taken_back(self) -> None:
        for sale in self.sales:
            assert points_for(sale.kept) == points_for(sale.order.final_amount) - sale.taken_back

    def teardown(self) -> None:
        """When everything has come back, only the points that staff gave are left."""
        self.hear_of(*self.sales)
        for sale in self.sales:
            self.run(hear(self.deps, a_return(sale.order, kept_amount=str(self.keep(sale, 0)))))
        for charge, amount in self.spent.items():
            if amount:
                self.give_back(charge, amount)
        if self.sales or self.given:
            assert self.run(owed(self.deps)) == (self.given, 0)

    def known(self, number: int) -> Sale | None:
        return self.sales[number % len(self.sales)] if self.sales else None

    def hear_of(self, *sales: Sale) -> None:
        if sales:
            self.run(hear(self.deps, *(sale.order for sale in sales)))
        for sale in sales:
            sale.is_heard = True

    def keep(self, sale: Sale, share: int) -> Decimal:
        """Keep only these tenths; count the points that sales tells the till."""
        before = sale.kept
        sale.kept = (before * share / 10).quantize(Decimal("0.01"), ROUND_DOWN)
        sale.taken_back += points_taken_back(before, sale.kept)
        return sale.kept

    def give_back(self, charge: UUID, amount: int) -> None:
        command = RefundCharge(id=uuid4(), charge_id=charge, amounts=Amounts(amount, Decimal(0)), user_id=1)
        self.run(
            refund_charge(
                command, database=self.database, default_credit_limit=Decimal(0), clock=self.deps.clock
            )
        )
        self.spent[charge] -= amount


@pytest.mark.timeout(600)  # a failure is made small first, for at most 300 s
def test_no_sales_returns_and_redemptions_end_with_more_points(run_machine: RunMachine, deps: Deps) -> None:
    run_machine(ReturnsMachine, deps, steps=STEPS)
