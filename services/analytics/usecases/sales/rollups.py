"""The rollups: the sums of the facts that each table holds, for recording and recounting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

MERGED: Mapping[LiteralString, LiteralString] = {
    "count": "{0} = old.{0} + excluded.{0}",
    "sum": "{0} = old.{0} + excluded.{0}",
    "min": "{0} = least(old.{0}, excluded.{0})",
    "max": "{0} = greatest(old.{0}, excluded.{0})",
}


PLACES: Sequence[LiteralString] = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table with a row for each `keys` of the facts, and the columns of `sums` over them.

    `of` makes the rows that are summed of the facts, whose place is `{0}`; `by` makes the keys of these rows,
    where they are no columns.
    """

    table: LiteralString
    keys: LiteralString
    sums: Mapping[LiteralString, LiteralString]
    of: LiteralString = "{0}"
    by: LiteralString | None = None

    @property
    def name(self) -> LiteralString:
        """What a row is of: `hour`, `method`, …"""
        return self.table.split("_by_")[1]

    def insert(self, facts: LiteralString) -> LiteralString:
        """Insert the rows that these facts make; for keys that have no row."""
        names: LiteralString = ", ".join(self.sums)
        totals: LiteralString = ", ".join(self.sums.values())
        places: LiteralString = ", ".join(PLACES[: len(self.keys.split(", "))])
        return f"""insert into {self.table} as old ({self.keys}, {names})
select {self.by or self.keys}, {totals} from {self.of.format(facts)}
group by {places} order by {places}"""

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
SOLD: Mapping[LiteralString, LiteralString] = {"units": "sum(quantity)", "revenue": "sum(amount)"}
PRODUCTS_OF_MONTHS = Rollup(
    "products_by_month", "month, product_id", SOLD, by="date_trunc('month', day)::date, product_id"
)
PRODUCTS_OF_YEARS = Rollup(
    "products_by_year", "year, product_id", SOLD, by="date_trunc('year', day)::date, product_id"
)

OF_SALES = (HOURS, METHODS, SELLERS)
OF_LINES = (TAXES, PRODUCTS_OF_MONTHS, PRODUCTS_OF_YEARS)
