"""Takes what is left of returns that are exchanged, in the transaction of the payment that it pays for."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import LiteralString, TypeVar

from libs.common.db.database import Database, Transaction
from libs.common.errors import DomainError, refuse_all
from libs.common.money import ZERO
from services.sales.domain.lifecycles import TillReturnStatus
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tenders import ExchangeShort, Tender

T = TypeVar("T")

UPDATE_LEFT: LiteralString = f"""
update till_returns set exchange_left = exchange_left - %(amount)s
where id = %(id)s and status = '{TillReturnStatus.DONE}' and exchange_left >= %(amount)s
returning id
"""

SELECT_LEFT: LiteralString = f"""
select coalesce(max(exchange_left), 0) from till_returns
where id = %(id)s and status = '{TillReturnStatus.DONE}'
"""

# The parts of a `with` after the ended attempt `ended` that give its exchanges back. A card's reference may
# be any text.
EXCHANGES_GIVEN_BACK: LiteralString = """exchanged as (
    select case when part ->> 'payment_method' = 'EXCHANGE' then (part ->> 'reference')::bigint end as id,
        sum((part ->> 'amount')::numeric) as amount
    from ended, jsonb_array_elements(coalesce(payments, '[]'::jsonb)) as part group by 1
), exchanges_locked as materialized (
    select id from till_returns where id in (select id from exchanged) order by id for no key update
), given_back as (
    update till_returns set exchange_left = exchange_left + exchanged.amount
    from exchanged join exchanges_locked using (id) where till_returns.id = exchanged.id
)"""


def uses_exchange(tenders: Sequence[Tender]) -> bool:
    """Whether a part is paid by what is left of a return."""
    return any(tender.payment_method == PaymentMethod.EXCHANGE for tender in tenders)


async def with_exchanges(
    tenders: Sequence[Tender], work: Callable[[Transaction], Awaitable[T | None]], *, database: Database
) -> T | None:
    """The result of `work`, which pays, and in its transaction take the exchanges; None takes nothing.

    Returns are locked last, as a payout does: after the shift and the order. Raises `ExchangeShort`.
    """
    async with database.transaction() as tx:
        result = await work(tx)
        if result is not None:
            await _take(tenders, tx)
        return result


async def _take(tenders: Sequence[Tender], tx: Transaction) -> None:
    """Take the parts in the order of their returns; raises `ExchangeShort` for each."""
    wanted: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for tender in tenders:
        if tender.payment_method == PaymentMethod.EXCHANGE:
            assert tender.reference, "an exchange names its return"
            wanted[int(tender.reference)] += tender.amount
    refusals: list[DomainError] = []
    for return_id, amount in sorted(wanted.items()):
        if not await tx.fetch_value(UPDATE_LEFT, {"id": return_id, "amount": amount}):
            refusals.append(ExchangeShort(await tx.fetch_value(SELECT_LEFT, {"id": return_id})))
    refuse_all(refusals)
