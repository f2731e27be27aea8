"""Compares what the tills of a day were answered with what is written, and tells the figures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

from deploy.local.suite import LocalSuite
from tests.e2e.books import orders_of, rows_of
from tests.e2e.day import SCARCE, Goods, Told
from tests.e2e.day_plan import Plan
from tests.e2e.shop import Shop

MARKED: dict[str, LiteralString] = {
    "catalog": "select note from stock_ledger where note like %(marks)s",
    "customers": """select description from points_ledger where description like %(marks)s
        union all select description from credit_ledger where description like %(marks)s""",
}
SOLD_SCARCE: LiteralString = """
select product_id, sum(quantity) from orders join order_lines on order_id = id
where status <> 'CANCELLED' and product_id = any(%(product_ids)s) group by product_id
"""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a day. `lost` and `doubled` name what was answered and what is written beside it."""

    plan: Plan
    told: Told
    seconds: float
    lost: Counter[object]
    doubled: Counter[object]
    oversold: int

    def __str__(self) -> str:
        refused = ", ".join(f"{count} {code}" for code, count in sorted(self.told.refused.items()))
        return (
            f"seed {self.plan.seed}: {self.told.done} operations in {self.seconds:.0f} s "
            f"({len(self.told.receipts)} orders; refused: {refused or 'none'}), {len(self.plan.ends)} kills, "
            f"{self.lost.total()} lost, {self.doubled.total()} doubled, {self.oversold} oversold, "
            f"longest outage seen by a client {self.told.longest_outage:.1f} s"
        )


def report_on(suite: LocalSuite, shop: Shop, goods: Goods, plan: Plan, told: Told, seconds: float) -> Report:
    """Read what is written and compare."""
    answered: Counter[object] = Counter(
        (each.order_id, each.status, each.final_amount) for each in told.receipts
    )
    answered.update(told.marks)
    written: Counter[object] = Counter(orders_of(suite, [*goods.products, *goods.scarce]))
    written.update(_marks(suite, goods, plan))
    held_too_many = shop.held_of(goods.held) - told.held
    lost, doubled = answered - written, written - answered
    lost["pieces held for carts"] = max(-held_too_many, 0)
    doubled["pieces held for carts"] = max(held_too_many, 0)
    sold = rows_of(suite, "sales", SOLD_SCARCE, product_ids=list(goods.scarce))
    oversold = sum(max(int(pieces) - SCARCE, 0) for _, pieces in sold)
    return Report(plan, told, seconds, +lost, +doubled, oversold)


def _marks(suite: LocalSuite, goods: Goods, plan: Plan) -> Iterator[str]:
    for service, statement in MARKED.items():
        marks = f"day {plan.seed} operation % of {goods.held}"
        for (mark,) in rows_of(suite, service, statement, marks=marks):
            yield mark
