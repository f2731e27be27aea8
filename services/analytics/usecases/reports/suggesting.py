"""Suggests what to order from each supplier."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from libs.common.db.counts import NOT_COUNTED, Count
from libs.common.db.listing import InvalidCursor, ListQuery, Position
from libs.common.db.pages import Page
from services.analytics.domain.periods import Period
from services.analytics.domain.suggested_orders import SuggestedProduct, wanted_cover
from services.analytics.domain.velocity import first_day, wanted_days
from services.analytics.usecases.reports.desk import Desk, Report
from services.analytics.usecases.reports.suggested_products import NO_SUPPLIER, SELECT_ALL, SELECT_TO_ORDER
from services.analytics.usecases.reports.sums import sold_params

ID_LENGTH_MAX = 19

START = {"after_supplier": 0, "after_product": 0, "offset": 0}
FIRST, ALL = START | {"limit": 1}, START | {"limit": None}


@dataclass(frozen=True, slots=True)
class WantedOrders:
    """What the caller asks for; days as they are written."""

    cover_days: str | None = None
    period_days: str | None = None
    supplier_id: int | None = None
    everything: bool = False

    @property
    def statement(self) -> LiteralString:
        """The statement that selects these products."""
        return SELECT_ALL if self.everything else SELECT_TO_ORDER


@dataclass(frozen=True, slots=True)
class Suggestions:
    """A page of the products to order, of one supplier after the other, by the sales of the period."""

    period: Period
    cover_days: int
    page: Page[SuggestedProduct]


async def suggest_orders(wanted: WantedOrders, query: ListQuery, *, desk: Desk) -> Report[Suggestions]:
    """A page of the products to order, or of all products, by supplier and id; without a supplier last.

    Raises `CoverDaysRefused`, `PeriodDaysRefused`, and `InvalidCursor`.
    """
    async with desk.snapshot() as snapshot:
        period, params = _params(wanted, snapshot.today)
        limits = {"limit": query.limit + 1, "offset": query.offset}
        rows = await snapshot.sql.fetch_all(
            SuggestedProduct, wanted.statement, {**params, **_place(query.after), **limits}
        )
        some = rows
        if not rows and (query.after or query.offset):  # behind the last product
            some = await snapshot.sql.fetch_all(SuggestedProduct, wanted.statement, params | FIRST)
    items = rows[: query.limit]
    total = Count(some[0].found if some else 0) if query.count != "none" else NOT_COUNTED
    page = Page(items, total, _position(items[-1]) if len(rows) > query.limit else None)
    return Report(Suggestions(period, params["cover_days"], page), snapshot.as_of)


def all_suggested(
    wanted: WantedOrders, *, desk: Desk
) -> AsyncGenerator[Report[Sequence[SuggestedProduct]], None]:
    """All of them in batches, in the same order. Raises `CoverDaysRefused` and `PeriodDaysRefused`."""
    _, params = _params(wanted, desk.now.day)
    return desk.read_through(SuggestedProduct, wanted.statement, params | ALL)


def _params(wanted: WantedOrders, today: date) -> tuple[Period, dict[str, Any]]:
    cover_days, days = wanted_cover(wanted.cover_days), wanted_days(wanted.period_days)
    period = Period(first_day(days, today), today)
    return period, {
        **sold_params(period),
        "first": period.start,
        "last": today,
        "days": days,
        "cover_days": cover_days,
        "supplier": wanted.supplier_id,
    }


def _place(after: Position | None) -> Mapping[str, int]:
    """The row behind which the page begins; ids begin at 1."""
    match after:
        case None:
            return {"after_supplier": 0, "after_product": 0}
        case (str() as supplier, str() as product) if _is_id(supplier) and _is_id(product):
            return {"after_supplier": int(supplier), "after_product": int(product)}
        case _:
            raise InvalidCursor


def _position(last: SuggestedProduct) -> Position:
    supplier = NO_SUPPLIER if last.supplier_id is None else last.supplier_id
    return str(supplier), str(last.product_id)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= ID_LENGTH_MAX and int(text) <= NO_SUPPLIER
