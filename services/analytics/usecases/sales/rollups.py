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
    """A table with a row for each `keys` of the facts, and the columns of `sums` over them.

    `of` makes the rows that are summed of the facts, whose place is `{0}`.
    """

    table: LiteralString
    keys: LiteralString
    sums: Mapping[LiteralString, LiteralString]
    of: LiteralString = "{0}"

    def insert(self, facts: LiteralString) -> LiteralString:
        """Insert the rows that these facts make; for keys that have no row."""
        names: LiteralString = ", ".join(self.sums)
        totals: LiteralString = ", ".join(self.sums.values())
        return f"""insert into {self.table} as old ({self.keys}, {names})
select {self.keys}, {totals} from {self.of.format(facts)}
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
        "discounts": "sum(discount)",
    },
)
# A sale of several tenders is a ticket of each of their methods.
METHODS = Rollup(
    "sales_by_method",
    "day, payment_method",
    {"tickets": "count(*)", "revenue": "sum(amount)", "highest_ticket": "max(amount)"},
    of="""(
    select day, coalesce(key, payment_method) payment_method, coalesce(value::numeric, final_amount) amount
    from {0} left join lateral jsonb_each_text(tenders) on true
) as paid""",
)
SELLERS = Rollup(
    "sales_by_user",
    "day, user_id",
    {"tickets": "count(*)", "units": "sum(units)", "revenue": "sum(final_amount)"},
    of="{0} where channel = 'POS'",
)
TAXES = Rollup(
    "taxes_by_day",
    "day, tax_rate",
    {"base": "sum(amount)", "tax": "sum(tax_amount)"},
    of="{0} where (amount <> 0 or tax_amount <> 0)",
)
PRODUCTS_OF_MONTHS = Rollup(
    "products_by_month", "month, product_id", {"units": "sum(quantity)", "revenue": "sum(amount)"}
)
PRODUCTS_OF_YEARS = Rollup(
    "products_by_year", "year, product_id", {"units": "sum(quantity)", "revenue": "sum(amount)"}
)

OF_SALES = (HOURS, METHODS, SELLERS)
OF_LINES = (TAXES, PRODUCTS_OF_MONTHS, PRODUCTS_OF_YEARS)
