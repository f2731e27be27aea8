"""Locks customers whose points a batch of events moves."""

from collections.abc import Collection
from dataclasses import dataclass

from libs.common.db.database import Transaction
from services.customers.domain.customers import CustomerNotFound

# Balances change only under these locks, always taken in id order.
LOCK_CUSTOMERS = """
select id, points_owed from customers where id = any(%(ids)s::bigint[]) order by id for update
"""


@dataclass(frozen=True, slots=True)
class _Locked:
    id: int
    points_owed: int


async def lock_customers(tx: Transaction, ids: Collection[int]) -> set[int]:
    """Lock these customers, also deleted ones, and return those who owe points.

    Raises `CustomerNotFound` if one of them never existed.
    """
    locked = await tx.fetch_all(_Locked, LOCK_CUSTOMERS, {"ids": list(ids)})
    if len(locked) < len(ids):
        raise CustomerNotFound
    return {customer.id for customer in locked if customer.points_owed}
