"""Random work on points and credit, compared after every step with a model (libs/testing/machines.py)."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from libs.common.contracts.sales import OrderPaid
from libs.common.db.operations import Operation
from libs.common.points import points_for
from libs.common.row_versions import ANY_VERSION
from libs.testing.machines import Machine, RunMachine, World
from services.customers.deps import Deps
from services.customers.domain.charges import Amounts
from services.customers.domain.credit import PaymentMethod
from services.customers.domain.points import PointsType
from services.customers.tests.builders import a_paid_order
from services.customers.usecases.charges.fencing import fence_charge
from services.customers.usecases.charges.refunding import RefundCharge, refund_charge
from services.customers.usecases.charges.taking import TakeCharge, take_charge
from services.customers.usecases.credit.ledger import ADDED_TO_DEBT
from services.customers.usecases.credit.paying import PayCredit, pay_credit
from services.customers.usecases.customers.changing import (
    ChangeCustomer,
    CreateCustomer,
    change_customer,
    create_customer,
    delete_customer,
)
from services.customers.usecases.points.earning import reward_purchases
from services.customers.usecases.points.moving import MovePoints, move_points

STEPS = 50
CUSTOMERS = (1, 2)
LIMIT = Decimal(30)

customer_ids = st.sampled_from(CUSTOMERS)
points = st.integers(0, 20)
money = st.decimals(0, 20, places=2)
numbers = st.integers(0, 20)

# The sums of the ledgers and of the events; and the balances that the newest events tell.
SELECT_BALANCES: LiteralString = f"""
    select id, current_points, credit_used, credit_limit, deleted_at is not null as deleted,
        coalesce((
            select sum(amount) from points_ledger where customer_id = customers.id
        ), 0) as points_entered,
        coalesce((
            select sum({ADDED_TO_DEBT}) from credit_ledger where customer_id = customers.id
        ), 0) as credit_entered,
        coalesce((
            select (data::jsonb ->> 'current_points')::bigint from outbox
            where type = 'customers.points_changed.v1' and subject = 'customer/' || customers.id
            order by id desc limit 1
        ), 0) as points_told,
        coalesce((
            select sum((data::jsonb ->> 'change')::numeric) from outbox
            where type = 'customers.points_changed.v1' and subject = 'customer/' || customers.id
        ), 0) as points_changes,
        coalesce((
            select (data::jsonb ->> 'credit_used')::numeric from outbox
            where type = 'customers.credit_changed.v1' and subject = 'customer/' || customers.id
            order by id desc limit 1
        ), 0) as credit_told,
        coalesce((
            select sum((data::jsonb ->> 'change')::numeric) from outbox
            where type = 'customers.credit_changed.v1' and subject = 'customer/' || customers.id
        ), 0) as credit_changes
    from customers order by id
"""


@dataclass
class Account:
    """A customer's balances as they should be."""

    points: int = 0
    debt: Decimal = Decimal(0)
    limit: Decimal = LIMIT
    deleted: bool = False


@dataclass
class Charge:
    """A charge that was taken or fenced, with the refunds of it by their ids."""

    command: TakeCharge
    taken: bool
    refunds: dict[UUID, Amounts] = field(default_factory=dict)

    def left(self) -> Amounts:
        """What can still be given back."""
        given = self.refunds.values()
        charged = self.command.amounts
        return Amounts(
            charged.points - sum(refund.points for refund in given),
            charged.credit - sum(refund.credit for refund in given),
        )


class BalanceMachine(Machine[Deps]):
    """Tills, sales and the management with two customers; the model is plain Python."""

    def __init__(self, world: World[Deps]) -> None:
        super().__init__(world)
        self.terms: dict[str, Any] = {
            "database": self.database,
            "default_credit_limit": self.deps.settings.default_credit_limit,
            "clock": self.deps.clock,
        }
        self.accounts = {customer: Account() for customer in CUSTOMERS}
        self.charges: list[Charge] = []
        self.done: list[tuple[Callable[[], Coroutine[Any, Any, object]], object]] = []
        self.orders: list[OrderPaid] = []

    @initialize()
    def open_shop(self) -> None:
        for customer in CUSTOMERS:
            command = CreateCustomer(
                first_name="Ana", last_name="Ruiz", phone_number=f"55{customer}", credit_limit=LIMIT
            )
            self.run(create_customer(command, database=self.database, clock=self.deps.clock))

    @rule(customer=customer_ids, kind=st.sampled_from(PointsType), amount=st.integers(-20, 20).filter(bool))
    def move(self, customer: int, kind: PointsType, amount: int) -> None:
        account = self.accounts[customer]
        moved = -abs(amount) if kind is PointsType.REDEEM else amount
        fits = not account.deleted and account.points + moved >= 0 and (kind != "EARN" or amount > 0)
        command = MovePoints(
            operation=uuid4(),
            customer_id=customer,
            transaction_type=kind,
            amount=amount,
            description="x",
            by=1,
        )

        def work() -> Coroutine[Any, Any, int]:
            return move_points(command, database=self.database, clock=self.deps.clock)

        if fits:
            account.points += moved
            assert self.run(work()) == account.points
            self.done.append((work, account.points))
        else:
            assert not self.succeeds(work())

    @rule(customer=customer_ids, amount=money.filter(bool))
    def pay_off(self, customer: int, amount: Decimal) -> None:
        account = self.accounts[customer]
        command = PayCredit(
            operation=Operation(uuid4()),
            customer_id=customer,
            amount=amount,
            payment_method=PaymentMethod.CASH,
            register_id=None,
            description="x",
            by=1,
        )
        desk = replace(self.deps.credit, default_credit_limit=LIMIT)

        async def work() -> object:
            return (await pay_credit(command, desk=desk)).credit_used

        if account.deleted:
            assert not self.succeeds(work())
        else:
            was_owed = account.debt
            account.debt -= min(amount, account.debt)
            assert self.run(work()) == account.debt
            if was_owed:
                self.done.append((work, account.debt))

    @rule(repeat=st.sampled_from(["request", "request", "charge", "fence", "event"]), number=numbers)
    def happens_again(self, repeat: str, number: int) -> None:
        match repeat:
            case "request":
                self.repeat_a_request(number)
            case "charge":
                self.charge_again(number)
            case "fence":
                self.fence(number)
            case _:
                self.hear_again(number)

    def repeat_a_request(self, number: int) -> None:
        """A repeat is answered as the first time, whatever has happened since."""
        if self.done:
            work, answer = self.done[number % len(self.done)]
            assert self.run(work()) == answer

    @rule(customer=customer_ids, points=points, credit=money)
    def charge(self, customer: int, points: int, credit: Decimal) -> None:
        amounts = Amounts(points, credit)
        if amounts.are_nothing:
            return
        account = self.accounts[customer]
        command = TakeCharge(
            id=uuid4(),
            customer_id=customer,
            order_uuid=uuid4(),
            ticket_folio="F47AC10B",
            amounts=amounts,
            user_id=1,
        )
        fits = (
            not account.deleted
            and points <= account.points
            and (not credit or account.debt + credit <= account.limit)
        )
        assert self.succeeds(take_charge(command, **self.terms)) == fits
        self.charges.append(Charge(command, taken=fits))
        if fits:
            account.points -= points
            account.debt += credit
        else:
            self.fence(-1)

    def known(self, number: int) -> Charge | None:
        return self.charges[number % len(self.charges)] if self.charges else None

    def charge_again(self, number: int) -> None:
        if charge := self.known(number):
            assert self.succeeds(take_charge(charge.command, **self.terms)) == charge.taken

    def fence(self, number: int) -> None:
        if charge := self.known(number):
            work = fence_charge(charge.command.id, database=self.database, clock=self.deps.clock)
            assert self.succeeds(work) == charge.taken

    @rule(number=numbers, points=points, credit=money, again=st.booleans())
    def refund(self, number: int, points: int, credit: Decimal, again: bool) -> None:  # noqa: FBT001 - drawn
        charge = self.known(number)
        amounts = Amounts(points, credit)
        if charge is None or amounts.are_nothing:
            return
        account = self.accounts[charge.command.customer_id]
        command = RefundCharge(id=uuid4(), charge_id=charge.command.id, amounts=amounts, user_id=1)
        fits = charge.taken and amounts.within(charge.left()) and credit <= account.debt
        for _ in range(1 + again):
            assert self.succeeds(refund_charge(command, **self.terms)) == fits
        if fits:
            charge.refunds[command.id] = amounts
            account.points += points
            account.debt -= credit

    async def _hear_of(self, orders: list[OrderPaid]) -> None:
        async with self.database.transaction() as tx:
            await reward_purchases(tx, orders, store_timezone=self.deps.settings.store_timezone)

    @rule(sold=st.lists(st.tuples(customer_ids, st.decimals(0, 2000, places=2)), min_size=1, max_size=4))
    def sell(self, sold: list[tuple[int, Decimal]]) -> None:
        orders = [a_paid_order(customer, final_amount=str(amount)) for customer, amount in sold]
        self.run(self._hear_of(orders))
        self.orders += orders
        for customer, amount in sold:
            self.accounts[customer].points += points_for(amount)

    def hear_again(self, number: int) -> None:
        if self.orders:
            self.run(self._hear_of([self.orders[number % len(self.orders)]]))

    @rule(customer=customer_ids, limit=st.sampled_from([0, 10, 30, 60]))
    def change_limit(self, customer: int, limit: int) -> None:
        command = ChangeCustomer(customer_id=customer, expected=ANY_VERSION, credit_limit=Decimal(limit))
        account = self.accounts[customer]
        assert self.succeeds(change_customer(command, database=self.database)) is not account.deleted
        if not account.deleted:
            account.limit = Decimal(limit)

    @rule(customer=customer_ids, really=st.sampled_from([True, False, False, False, False]))
    def delete(self, customer: int, really: bool) -> None:  # noqa: FBT001 - drawn
        account = self.accounts[customer]
        if really and not account.deleted:
            work = delete_customer(customer, database=self.database, clock=self.deps.clock)
            account.deleted = self.succeeds(work)
            assert account.deleted == (account.debt == 0)

    @invariant()
    def balances_ledgers_and_events_are_as_they_should_be(self) -> None:
        for row in self.run(self.database.fetch_dicts(SELECT_BALANCES)):
            account = self.accounts[row["id"]]
            assert row["deleted"] == account.deleted
            told = ("current_points", "points_entered", "points_told", "points_changes")
            assert {row[name] for name in told} == {account.points}
            told = ("credit_used", "credit_entered", "credit_told", "credit_changes")
            assert {row[name] for name in told} == {account.debt}


@pytest.mark.timeout(600)  # a failure is made small first, for at most 300 s
@pytest.mark.timeout(600)  # a failure is made small first, for at most 300 s
def test_whatever_happens_balances_ledgers_and_events_agree(run_machine: RunMachine, deps: Deps) -> None:
    run_machine(BalanceMachine, deps, steps=STEPS)
