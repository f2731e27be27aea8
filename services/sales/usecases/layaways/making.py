"""Writes the layaway of a new order and its first payment, in the transaction that writes the order.

A process that dies leaves order, layaway and deposit, or nothing of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.faults import Boundary, reached
from services.sales.domain.layaways import LayawayRules, due_date_of
from services.sales.domain.lifecycles import LAYAWAYS
from services.sales.domain.tenders import Payment
from services.sales.usecases.layaways.reading import lock_open
from services.sales.usecases.layaways.receiving import Received, receive
from services.sales.usecases.shifts.choosing import Till

NEXT_LAYAWAY: LiteralString = "nextval(pg_get_serial_sequence('layaways', 'id'))"
"""The id of the layaway, in the row of the order."""

LAYAWAY_OF_PLACED: LiteralString = f"""laid_away as (
    insert into layaways (id, order_id, customer_id, status, due_date, total, paid, user_id, created_at)
    select layaway_id, id, customer_id, '{LAYAWAYS.first}', %(due_date)s, final_amount, 0, user_id, created_at
    from placed
)"""
"""A part of a `with`, for each row of `placed` (its columns are `ORDER_COLUMNS`)."""


@dataclass(frozen=True, slots=True)
class LayawayTerms:
    """The additional parts of a layaway's order: a deposit, which `till` takes, and a due date.

    Until they are `on` a day, the due date is as it was asked for.
    """

    deposit: Payment
    due_date: date | None
    till: Till
    rules: LayawayRules

    def on(self, today: date) -> "LayawayTerms":
        """The terms of a layaway of today; raises `DueDatePast`."""
        return replace(self, due_date=due_date_of(self.due_date, today=today))

    @property
    def sql(self) -> Mapping[str, object]:
        """The parameters of `LAYAWAY_OF_PLACED`."""
        return {"due_date": self.due_date}


async def receive_deposit(
    tx: Transaction, layaway_id: int, terms: LayawayTerms, *, shift_id: int | None, now: datetime
) -> None:
    """Take the deposit into the locked shift; if it is the whole total, the order is PAID."""
    reached(Boundary.BEFORE_DEPOSIT)
    received = Received(terms.deposit, shift_id, terms.till.user_id, now)
    await receive(tx, received, await lock_open(tx, layaway_id))
