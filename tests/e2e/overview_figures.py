"""Holds what the owner's page shows against the orders themselves, to the cent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple

from deploy.local.suite import LocalSuite
from tests.e2e.books import rows_of
from tests.e2e.invariants.rules import CAME_BACK, COUNTED
from tests.e2e.shop import Shop, done
from tests.suites import TIMEZONE

PAGE = "/api/analytics/overview/"

# What is left of each sale of the days, and what paid it if several methods did.
SALES: LiteralString = f"""
with {COUNTED}, {CAME_BACK}, back as (
    select order_id, sum(quantity) as pieces, sum(refund_amount) as refund from came_back group by 1
)
select (paid_at at time zone %(timezone)s)::date::text,
    extract(hour from paid_at at time zone %(timezone)s)::int,
    (select sum(quantity) from order_lines where order_id = id) - coalesce(pieces, 0),
    (final_amount - coalesce(refund, 0))::text, money_saved_total::text, payment_method,
    case payment_method when 'MIXED' then payments end
from counted left join back on order_id = id
where (paid_at at time zone %(timezone)s)::date between %(start)s and %(end)s
"""
RETURNS: LiteralString = """
select count(*), coalesce(sum(refund_amount), 0)::text from till_returns
where status = 'DONE' and (done_at at time zone %(timezone)s)::date between %(start)s and %(end)s
"""
# Products of which nothing came back: a return divides its refund between price and tax.
PRODUCTS: LiteralString = f"""
with {COUNTED}, {CAME_BACK}
select product_id, sum(quantity)::int, sum(amount)::text from counted join order_lines on order_id = id
where (paid_at at time zone %(timezone)s)::date between %(start)s and %(end)s
    and product_id not in (select product_id from came_back)
group by product_id
"""
COSTS: LiteralString = "select id, cost::text from products where cost is not null"


class Sale(NamedTuple):
    """A row of `SALES`."""

    day: str
    hour: int
    units: int
    amount: str
    saved: str
    method: str
    payments: Sequence[Any] | None

    @property
    def hour_of_week(self) -> tuple[int, int]:
        """Its weekday (1 is Monday) and hour."""
        return date.fromisoformat(self.day).isoweekday(), self.hour

    def place(self, by: str, start: str) -> int | str:
        """Its point in a series that begins on this day."""
        if by == "hour":
            return self.hour
        return self.day if by == "day" else max(f"{self.day[:7]}-01", start)

    @property
    def tenders(self) -> Iterable[tuple[str, Decimal]]:
        """What each method paid."""
        if not self.payments:
            return [(self.method, Decimal(self.amount))]
        return [(each["payment_method"], Decimal(each["amount"])) for each in self.payments]


def assert_page_is_of_orders(suite: LocalSuite, shop: Shop, wanted: str) -> None:
    """The page of a range shows what the orders of its days come to. Returns of mixed sales are not known."""
    page = done(shop.owner.get(f"{PAGE}?range={wanted}"))
    period = page["period"]
    days = {"start": period["start_date"], "end": period["end_date"], "timezone": TIMEZONE}
    sales = [Sale(*row) for row in rows_of(suite, "sales", SALES, **days)]
    ((returns, returned),) = rows_of(suite, "sales", RETURNS, **days)
    products = {row[0]: (row[1], Decimal(row[2])) for row in rows_of(suite, "sales", PRODUCTS, **days)}
    assert _figures(page["figures"]) == {
        "revenue": sum(Decimal(sale.amount) for sale in sales),
        "tickets": len(sales),
        "units": sum(sale.units for sale in sales),
        "discounts": sum(Decimal(sale.saved) for sale in sales),
        "returns": returns,
        "returned": Decimal(returned),
    }
    by = page["series"]["by"]
    points = (
        (each["hour"] if by == "hour" else each["start_date"], each) for each in page["series"]["points"]
    )
    assert _sums(points) == _sums_of((sale.place(by, period["start_date"]), sale) for sale in sales)
    if page["peak_hours"]["period"] == period:
        peaks = _sums(((each["weekday"], each["hour"]), each) for each in page["peak_hours"]["hours"])
        assert peaks == _sums_of((sale.hour_of_week, sale) for sale in sales)
    assert {
        each["payment_method"]: (each["tickets"], cents(each["revenue"])) for each in page["payment_methods"]
    } == _methods(sales)
    listed = [each for name in ("by_revenue", "by_units") for each in page["products"][name]]
    for each in listed:
        if each["product_id"] in products:
            assert (each["units"], cents(each["revenue_before_tax"])) == products[each["product_id"]]
    costs = {product_id: Decimal(cost) for product_id, cost in rows_of(suite, "catalog", COSTS)}
    for each in page["products"]["by_margin"]:
        if each["product_id"] in products:
            units, revenue = products[each["product_id"]]
            assert cents(each["profit"]) == revenue - units * costs[each["product_id"]]
    margin = page["figures"]["margin"]
    if period["start_date"] >= margin["sparkline"][0]["start_date"]:
        days_of_period = [each for each in margin["sparkline"] if each["start_date"] >= period["start_date"]]
        assert cents(margin["profit"]) == sum(cents(each["profit"]) for each in days_of_period)


def cents(amount: float) -> Decimal:
    """An amount of the API, which is a number there."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def _figures(shown: dict[str, Any]) -> dict[str, Any]:
    counts = {name: shown[name] for name in ("tickets", "units", "returns")}
    return counts | {name: cents(shown[name]) for name in ("revenue", "discounts", "returned")}


def _sums(points: Iterable[tuple[Any, dict[str, Any]]]) -> dict[Any, tuple[int, int, Decimal]]:
    return {
        place: (each["tickets"], each["units"], cents(each["revenue"]))
        for place, each in points
        if each["tickets"]
    }


def _sums_of(sales: Iterable[tuple[Any, Sale]]) -> dict[Any, tuple[int, int, Decimal]]:
    placed = defaultdict(list)
    for place, sale in sales:
        placed[place].append(sale)
    return {
        place: (
            len(each),
            sum(sale.units for sale in each),
            sum((Decimal(sale.amount) for sale in each), Decimal(0)),
        )
        for place, each in placed.items()
    }


def _methods(sales: Iterable[Sale]) -> dict[str, tuple[int, Decimal]]:
    paid = defaultdict(list)
    for method, amount in (tender for sale in sales for tender in sale.tenders):
        paid[method].append(amount)
    return {method: (len(amounts), sum(amounts, Decimal(0))) for method, amounts in paid.items()}
