"""Makes the answer of `/api/analytics/overview/`."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from libs.common.http.replies import money_number
from libs.common.money import ZERO
from services.analytics.api.pos.figures import figures_out, number_or_null
from services.analytics.api.pos.overview_shapes import (
    ComparisonOut,
    DayTotalsOut,
    DeadStockOut,
    MarginOut,
    MarginsOut,
    MethodOut,
    OverviewFiguresOut,
    OverviewOut,
    PeakHourOut,
    PointOut,
    ProductOut,
    ProductsOut,
    RunningOutOut,
    TotalsChangeOut,
    TotalsOut,
)
from services.analytics.api.pos.periods import period_out
from services.analytics.api.pos.timeline_shapes import change_out
from services.analytics.domain.overview import (
    DayTotals,
    DeadStock,
    Margin,
    Method,
    Overview,
    Point,
    ProductFigures,
    ProductList,
    Totals,
    WeekHour,
)
from services.analytics.domain.overview_periods import Comparison
from services.analytics.domain.sold import change_of, change_percent, percent_of
from services.analytics.domain.suggested_orders import ProductToOrder


def overview_out(wanted: str, overview: Overview, timezone: ZoneInfo) -> OverviewOut:
    """The page as JSON. `timezone` is the store's."""
    compared, previous = overview.compared, overview.previous_series
    return {
        "timezone": timezone.key,
        "range": wanted,
        "period": period_out(compared.period),
        "is_running": compared.is_running,
        "comparison": _comparison(compared.comparison) if compared.comparison else None,
        "comparisons": [kind.value for kind in compared.kinds],
        "figures": _figures(overview),
        "sparkline": [_day(day) for day in overview.sparkline],
        "series": {
            "by": overview.by.value,
            "points": [_point(point) for point in overview.series],
            "previous": None if previous is None else [_point(point) for point in previous],
        },
        "peak_hours": {
            "period": period_out(overview.peak_days),
            "hours": [_peak(hour) for hour in overview.peak_hours],
        },
        "payment_methods": _methods(overview.methods),
        "products": _products(overview.products.lists),
        "running_out": [_running_out(product) for product in overview.running_out],
        "dead_stock": [_dead(product) for product in overview.dead_stock],
    }


def _comparison(comparison: Comparison) -> ComparisonOut:
    until = comparison.until.isoformat(timespec="seconds") if comparison.until else None
    return {**period_out(comparison.period), "kind": comparison.kind.value, "until": until}


def _figures(overview: Overview) -> OverviewFiguresOut:
    total, previous = overview.total, overview.previous
    return {
        **_totals(total),
        "previous": _totals(previous) if previous else None,
        "change_percent": _change(total, previous) if previous else None,
        "margin": _margins(overview),
    }


def _totals(totals: Totals) -> TotalsOut:
    return {
        **figures_out(totals),
        "discounts": money_number(totals.discounts),
        "returns": totals.returns,
        "returned": money_number(totals.returned),
    }


def _change(now: Totals, before: Totals) -> TotalsChangeOut:
    return {
        **change_out(change_of(now, before)),
        "discounts": number_or_null(change_percent(now.discounts, before.discounts)),
        "returned": number_or_null(change_percent(now.returned, before.returned)),
    }


def _day(day: DayTotals) -> DayTotalsOut:
    return {**_totals(day), "start_date": day.start.isoformat()}


def _margins(overview: Overview) -> MarginsOut:
    margin, previous = overview.products.margin, overview.products.previous_margin
    return {
        **_margin(margin),
        "previous": _margin(previous) if previous else None,
        "change_percent": number_or_null(margin.change_percent(previous)) if previous else None,
        "sparkline": [
            {"start_date": day.start.isoformat(), "profit": money_number(day.profit)}
            for day in overview.profits
        ],
    }


def _margin(margin: Margin) -> MarginOut:
    return {
        "revenue_before_tax": money_number(margin.known_revenue),
        "cost": money_number(margin.known_cost),
        "profit": money_number(margin.profit),
        "percent": money_number(margin.percent),
        "cost_known_percent": money_number(margin.cost_known_percent),
    }


def _point(point: Point) -> PointOut:
    return {**figures_out(point), "start_date": point.start.isoformat(), "hour": point.hour}


def _peak(hour: WeekHour) -> PeakHourOut:
    return {**figures_out(hour), "weekday": hour.weekday, "hour": hour.hour}


def _methods(methods: Sequence[Method]) -> list[MethodOut]:
    whole = sum((method.revenue for method in methods), ZERO)
    return [
        {
            "payment_method": method.payment_method,
            "revenue": money_number(method.revenue),
            "tickets": method.tickets,
            "percent": money_number(percent_of(method.revenue, whole)),
        }
        for method in methods
    ]


def _products(lists: Mapping[ProductList, Sequence[ProductFigures]]) -> ProductsOut:
    return {
        "by_revenue": _listed(lists[ProductList.BY_REVENUE]),
        "by_units": _listed(lists[ProductList.BY_UNITS]),
        "by_margin": _listed(lists[ProductList.BY_MARGIN]),
        "risers": _listed(lists[ProductList.RISERS]),
        "fallers": _listed(lists[ProductList.FALLERS]),
    }


def _listed(products: Sequence[ProductFigures]) -> list[ProductOut]:
    return [_product(product) for product in products]


def _product(product: ProductFigures) -> ProductOut:
    return {
        "product_id": product.product_id,
        "name": product.name,
        "units": product.units,
        "revenue_before_tax": money_number(product.revenue),
        "profit": number_or_null(product.profit),
        "previous_units": product.previous_units,
        "previous_revenue_before_tax": money_number(product.previous_revenue),
    }


def _running_out(product: ProductToOrder) -> RunningOutOut:
    return {
        "product_id": product.product_id,
        "name": product.name,
        "sku": product.sku,
        "supplier_id": product.supplier_id,
        "supplier_name": product.supplier_name,
        "current_stock": product.current_stock,
        "low_stock_threshold": product.low_stock_threshold,
        "sales_velocity": money_number(product.velocity),
        "days_of_cover": product.days_of_cover,
        "order_quantity": product.order_quantity,
    }


def _dead(product: DeadStock) -> DeadStockOut:
    return {
        "product_id": product.product_id,
        "name": product.name,
        "sku": product.sku,
        "current_stock": product.current_stock,
        "value": number_or_null(product.value),
        "last_sale": product.last_sale.isoformat() if product.last_sale else None,
    }
