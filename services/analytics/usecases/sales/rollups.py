"""The rollups: the sums of the facts that each table holds, for recording and recounting."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

MERGED: Mapping[LiteralString, LiteralString] = {
    "count": "{0} = old.{0} + excluded.{0}",
    "sum": "{0} = old.{0} + excluded.{0}",
    "min": "{0} = least(old.{0}, excluded.{0})",
    "max": "{0} = greatest(old.{0}, excluded.{0})",
}


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table with a row for each `keys` of the facts, and the columns of `sums` over them."""

    table: LiteralString
    keys: LiteralString
    sums: Mapping[LiteralString, LiteralString]
    of: LiteralString = ""

    def insert(self, facts: LiteralString) -> LiteralString:
        """Insert the rows that these facts make; for keys that have no row."""
        names: LiteralString = ", ".join(self.sums)
        totals: LiteralString = ", ".join(self.sums.values())
        return f"""insert into {self.table} as old ({self.keys}, {names})
select {self.keys}, {totals} from {facts} {self.of}
group by {self.keys} order by {self.keys}"""

    def add(self, facts: LiteralString) -> LiteralString:
        """Add these facts to the rows, which are locked in the order of their keys."""
        merged: LiteralString = ", ".join(
            MERGED[total.split("(")[0]].format(name) for name, total in self.sums.items()
        )
        return f"{self.insert(facts)}\non conflict ({self.keys}) do update set {merged}"


HOURS = Rollup(
    "sales_by_hour",
    "day, hour, channel",
    {
        "tickets": "count(*)",
        "units": "sum(units)",
        "revenue": "sum(final_amount)",
        "lowest_ticket": "min(final_amount)",
        "highest_ticket": "max(final_amount)",
    },
)
METHODS = Rollup(
    "sales_by_method",
    "day, payment_method",
    {"tickets": "count(*)", "revenue": "sum(final_amount)", "highest_ticket": "max(final_amount)"},
)
SELLERS = Rollup(
    "sales_by_user",
    "day, user_id",
    {"tickets": "count(*)", "units": "sum(units)", "revenue": "sum(final_amount)"},
    of="where channel = 'POS'",
)
TAXES = Rollup(
    "taxes_by_day",
    "day, tax_rate",
    {"base": "sum(amount)", "tax": "sum(tax_amount)"},
    of="where (amount <> 0 or tax_amount <> 0)",
)
PRODUCTS = Rollup(
    "products_by_month", "month, product_id", {"units": "sum(quantity)", "revenue": "sum(amount)"}
)

OF_SALES = (HOURS, METHODS, SELLERS)
OF_LINES = (TAXES, PRODUCTS)
