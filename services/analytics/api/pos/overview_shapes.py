"""The answer of `/api/analytics/overview/`. Money is JSON numbers, with tax where nothing else is said."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.described import DayText, described, example
from services.analytics.api.pos.figures import FiguresOut
from services.analytics.api.pos.periods import PeriodOut
from services.analytics.api.pos.timeline_shapes import ChangeOut

Name = Annotated[str, Field(description="The name that catalog published last.")]
Sku = Annotated[str, Field(description="The sku that catalog published last.")]
Stock = Annotated[int, Field(description="Pieces in stock.")]


@described
class ComparisonOut(PeriodOut):
    """The earlier days with which the period is compared."""

    kind: str
    """The way of comparing, one of `comparisons`."""
    until: str | None
    """The store's time on `end_date` up to which `previous` counts; null: all of these days."""


@described
class MarginOut(TypedDict):
    """The margin of the products whose cost is known, at the cost of today."""

    revenue_before_tax: float
    """Their revenue before tax."""
    cost: float
    """What their pieces cost."""
    profit: float
    """Revenue less cost."""
    percent: float
    """The profit in percent of the revenue."""
    cost_known_percent: float
    """The pieces whose cost is known, in percent of all pieces sold."""


@described
class DayProfitOut(TypedDict):
    """The profit of a day."""

    start_date: DayText
    """The day."""
    profit: float
    """Revenue less cost, as in the margin."""


@described
class MarginsOut(MarginOut):
    """The margin of the period."""

    previous: MarginOut | None
    """The margin of the earlier days, also at the cost of today; null if nothing is compared."""
    change_percent: float | None
    """By how many percent the profit is higher than before; null if there was none."""
    sparkline: list[DayProfitOut]
    """Of the 14 days that end with the period."""


@described
class TotalsOut(FiguresOut):
    """What was sold, without what came back; and what was given off and came back."""

    discounts: float
    """What the customers of these sales saved, before tax."""
    returns: int
    """The returns that were made in these days, of whatever sales."""
    returned: float
    """What they gave back, tax included."""


@described
class TotalsChangeOut(ChangeOut):
    """By how many percent the totals are higher than before; null where those were 0."""

    discounts: float | None
    """Of the discounts."""
    returned: float | None
    """Of what came back."""


@described
class DayTotalsOut(TotalsOut):
    """The totals of a day."""

    start_date: DayText
    """The day."""


@described
class OverviewFiguresOut(TotalsOut):
    """The totals of the period."""

    previous: TotalsOut | None
    """The same of the earlier days; null if nothing is compared."""
    change_percent: TotalsChangeOut | None
    """The change since then."""
    margin: MarginsOut
    """The margin."""


@described
class PointOut(FiguresOut):
    """What was sold on a day, at an hour of it, or in the month or part of one that starts on it."""

    start_date: DayText
    """The first day."""
    hour: int | None
    """0 to 23, of the store's clock; null unless the points are hours."""


@described
class SeriesOut(TypedDict):
    """The sales as a chart shows them; points without sales have zeros."""

    by: str
    """`hour` for one day, `month` above 92 days, else `day`."""
    points: list[PointOut]
    """Of the period, in order."""
    previous: list[PointOut] | None
    """Of the earlier days, up to `until`; null if nothing is compared."""


@described
class PeakHourOut(FiguresOut):
    """What was sold at an hour of a weekday."""

    weekday: int
    """1 to 7, from Monday."""
    hour: int
    """0 to 23, of the store's clock."""


@described
class PeakHoursOut(TypedDict):
    """The hours of the week that sold."""

    period: PeriodOut
    """The period; of a shorter one, the four weeks that end with it."""
    hours: list[PeakHourOut]
    """In order from Monday 0:00; hours that are missing sold nothing."""


@described
class MethodOut(TypedDict):
    """What was paid by a method."""

    payment_method: str
    """The method; several tenders of one sale count by their own."""
    revenue: float
    """The amount."""
    tickets: int
    """The sales that it paid, wholly or in part."""
    percent: float
    """The share of all amounts."""


@described
class ProductOut(TypedDict):
    """The sales of a product."""

    product_id: int
    """Its id."""
    name: Name
    units: int
    """Pieces."""
    revenue_before_tax: float
    """Before tax."""
    profit: float | None
    """Revenue before tax less the cost of today; null if that is not known."""
    previous_units: int
    """Pieces of the earlier days."""
    previous_revenue_before_tax: float
    """Revenue of the earlier days, before tax."""


@described
class ProductsOut(TypedDict):
    """Ten products of each kind."""

    by_revenue: list[ProductOut]
    """Of most revenue."""
    by_units: list[ProductOut]
    """Of most pieces."""
    by_margin: list[ProductOut]
    """Of most profit, as far as costs are known."""
    risers: list[ProductOut]
    """Whose revenue rose most; none if nothing is compared."""
    fallers: list[ProductOut]
    """Whose revenue fell most; none if nothing is compared."""


@described
class RunningOutOut(TypedDict):
    """A product to order, by the sales of 30 days, for 14 days."""

    product_id: int
    """Its id."""
    name: Name
    sku: Sku
    supplier_id: int | None
    """Its supplier's id."""
    supplier_name: str | None
    """Its supplier's name."""
    current_stock: Stock
    low_stock_threshold: int
    """The stock at which it counts as low."""
    sales_velocity: float
    """Pieces a day, of the days on which it was in stock."""
    days_of_cover: int | None
    """The full days that the stock lasts."""
    order_quantity: int
    """The pieces to order."""


@described
class DeadStockOut(TypedDict):
    """A product in stock without a sale for 30 days."""

    product_id: int
    """Its id."""
    name: Name
    sku: Sku
    current_stock: Stock
    value: float | None
    """What the stock cost; null if that is not known."""
    last_sale: DayText | None
    """The day of its last sale; null if it was never sold."""


SOLD = {"revenue": 2494.0, "tickets": 2, "units": 5, "average_ticket": 1247.0}
BEFORE = {"revenue": 2320.0, "tickets": 1, "units": 2, "average_ticket": 2320.0}
CHANGE = {"revenue": 7.5, "tickets": 100.0, "units": 150.0, "average_ticket": -46.25}
GIVEN = {"discounts": 50.0, "returns": 1, "returned": 116.0}
LAPTOP = {
    **{"product_id": 1, "name": "Laptop", "units": 2, "revenue_before_tax": 2000.0, "profit": 600.0},
    **{"previous_units": 1, "previous_revenue_before_tax": 1000.0},
}
DAY, DAY_BEFORE = "2026-03-06", "2026-02-27"


@example(
    {
        "timezone": "America/Mexico_City",
        "range": "today",
        "period": {"start_date": DAY, "end_date": DAY},
        "is_running": True,
        "comparison": {
            **{"kind": "same_weekday_last_week", "start_date": DAY_BEFORE, "end_date": DAY_BEFORE},
            "until": "2026-02-27T14:32:10-06:00",
        },
        "comparisons": ["same_weekday_last_week", "day_before", "same_weekday_last_year", "none"],
        "figures": {
            **SOLD,
            **GIVEN,
            "previous": {**BEFORE, **GIVEN},
            "change_percent": {**CHANGE, "discounts": 0.0, "returned": 0.0},
            "margin": {
                **{"revenue_before_tax": 2000.0, "cost": 1400.0, "profit": 600.0, "percent": 30.0},
                "cost_known_percent": 93.02,
                "previous": {
                    **{"revenue_before_tax": 1000.0, "cost": 700.0, "profit": 300.0, "percent": 30.0},
                    "cost_known_percent": 90.0,
                },
                "change_percent": 100.0,
                "sparkline": [{"start_date": DAY, "profit": 600.0}],
            },
        },
        "sparkline": [{**SOLD, **GIVEN, "start_date": DAY}],
        "series": {
            "by": "hour",
            "points": [{**SOLD, "start_date": DAY, "hour": 14}],
            "previous": [{**BEFORE, "start_date": DAY_BEFORE, "hour": 14}],
        },
        "peak_hours": {
            "period": {"start_date": "2026-02-07", "end_date": DAY},
            "hours": [{**SOLD, "weekday": 5, "hour": 14}],
        },
        "payment_methods": [{"payment_method": "CASH", "revenue": 2494.0, "tickets": 2, "percent": 100.0}],
        "products": {
            **{"by_revenue": [LAPTOP], "by_units": [LAPTOP], "by_margin": [LAPTOP]},
            **{"risers": [LAPTOP], "fallers": []},
        },
        "running_out": [
            {
                **{"product_id": 12, "name": "Coca Cola 600ml", "sku": "KO-600-MX", "supplier_id": 3},
                **{"supplier_name": "Distribuidora del Norte", "current_stock": 20},
                **{"low_stock_threshold": 10, "sales_velocity": 3.0, "days_of_cover": 6},
                "order_quantity": 22,
            }
        ],
        "dead_stock": [
            {
                **{"product_id": 9, "name": "Lámpara", "sku": "LAM-9", "current_stock": 4},
                **{"value": 240.0, "last_sale": "2025-12-01"},
            }
        ],
    }
)
class OverviewOut(TypedDict):
    """All blocks of the owner's page."""

    timezone: str
    """The store's, as in the IANA's database: all days and hours are of it."""
    range: str
    """The range that was asked for."""
    period: PeriodOut
    """Its days; a running week, month or year ends today."""
    is_running: bool
    """Whether today is one of them."""
    comparison: ComparisonOut | None
    """What it is compared with; null if with nothing."""
    comparisons: list[str]
    """What this range can be compared with (`compare`), the usual way first."""
    figures: OverviewFiguresOut
    """The sums of the period."""
    sparkline: list[DayTotalsOut]
    """The 14 days that end with the period."""
    series: SeriesOut
    """The sales by hours, days or months."""
    peak_hours: PeakHoursOut
    """When most is sold."""
    payment_methods: list[MethodOut]
    """Most tickets first."""
    products: ProductsOut
    """What sells, and what sells more or less than before."""
    running_out: list[RunningOutOut]
    """The 20 products to order whose stock lasts least, as `suggested-orders` computes them."""
    dead_stock: list[DeadStockOut]
    """The 20 products of most value in stock that nobody bought for 30 days."""
