"""Compares what the tills of a day were answered with what is written, and tells the figures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

from deploy.local.suite import LocalSuite
from tests.e2e.books import orders_of, rows_of
from tests.e2e.day import Told
from tests.e2e.day_goods import SCARCE, SHORT, DayGoods
from tests.e2e.day_plan import Happening, Kind, Plan
from tests.e2e.shop import Shop

MARKED: dict[str, LiteralString] = {
    "catalog": "select note from stock_ledger where note like %(marks)s",
    "customers": """select description from points_ledger where description like %(marks)s
        union all select description from credit_ledger where description like %(marks)s""",
}
SOLD: LiteralString = """
select product_id, sum(quantity) from orders join order_lines on order_id = id
where status <> 'CANCELLED' and product_id = any(%(product_ids)s) group by product_id
"""
MISSING: LiteralString = "select coalesce(sum(quantity), 0) from shortfalls where product_id = %(product_id)s"


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a day. `lost` and `doubled` name what was answered and what is written beside it."""

    plan: Plan
    told: Told
    seconds: float
    lost: Counter[object]
    doubled: Counter[object]
    oversold: int

    @property
    def seen(self) -> dict[str, int]:
        """How often each thing has happened that belongs to a day."""
        counts = {str(kind): self.told.did[kind] for kind in Kind}
        return counts | {str(each): self.told.happened[each] for each in Happening}

    @property
    def not_seen(self) -> list[str]:
        """What has not happened at all on this day."""
        return [name for name, count in self.seen.items() if not count]

    def __str__(self) -> str:
        refused = ", ".join(f"{count} {code}" for code, count in sorted(self.told.refused.items()))
        seen = "; ".join(f"{count} {name}" for name, count in self.seen.items())
        return (
            f"seen: {seen}\n"
            f"seed {self.plan.seed}: {self.told.done} operations in {self.seconds:.0f} s "
            f"({len(self.told.receipts)} orders; refused: {refused or 'none'}), {len(self.plan.ends)} kills, "
            f"{self.lost.total()} lost, {self.doubled.total()} doubled, {self.oversold} oversold, "
            f"longest outage seen by a client {self.told.longest_outage:.1f} s"
        )


def report_on(
    suite: LocalSuite, shop: Shop, goods: DayGoods, plan: Plan, told: Told, seconds: float
) -> Report:
    """Read what is written and compare."""
    answered: Counter[object] = Counter(
        (each.order_id, each.status, each.final_amount) for each in told.receipts
    )
    answered.update(told.marks)
    written: Counter[object] = Counter(orders_of(suite, [*goods.products, *goods.scarce, goods.short]))
    written.update(_marks(suite, goods, plan))
    held_too_many = shop.held_of(goods.held) - told.held
    lost, doubled = answered - written, written - answered
    lost["pieces held for carts"] = max(-held_too_many, 0)
    doubled["pieces held for carts"] = max(held_too_many, 0)
    missing_too_many = _missing(suite, goods) - _should_be_missing(suite, goods)
    lost["pieces missing"] = max(-missing_too_many, 0)
    doubled["pieces missing"] = max(missing_too_many, 0)
    sold = rows_of(suite, "sales", SOLD, product_ids=list(goods.scarce))
    oversold = sum(max(int(pieces) - SCARCE, 0) for _, pieces in sold)
    return Report(plan, told, seconds, +lost, +doubled, oversold)


def _marks(suite: LocalSuite, goods: DayGoods, plan: Plan) -> Iterator[str]:
    for service, statement in MARKED.items():
        marks = f"day {plan.seed} operation % of {goods.held}"
        for (mark,) in rows_of(suite, service, statement, marks=marks):
            yield mark


def _missing(suite: LocalSuite, goods: DayGoods) -> int:
    """The pieces that catalog says were sold and not there."""
    ((pieces,),) = rows_of(suite, "catalog", MISSING, product_id=goods.short)
    return int(pieces)


def _should_be_missing(suite: LocalSuite, goods: DayGoods) -> int:
    """The pieces that were sold and not there."""
    sold = rows_of(suite, "sales", SOLD, product_ids=[goods.short])
    return max(sum(int(pieces) for _, pieces in sold) - SHORT, 0)
