"""`/api/analytics/product-ranking/`, for ADMIN and OWNER (contract §6). Money is JSON numbers here."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, NotRequired

from fastapi import Depends, Query, Response
from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import described, example, refuses
from libs.common.http.fields import Choice, Integer
from libs.common.http.refusals import InvalidInput, NotAcceptable
from libs.common.http.replies import money_number
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.periods import (
    NO_SALES,
    OF_DATES,
    EndDate,
    PeriodOut,
    StartDate,
    file_name,
    period_out,
)
from services.analytics.api.pos.replies import Row, Table, WantedType, or_csv, reply_report
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.product_ranking import (
    LIMIT_DEFAULT,
    LIMIT_MAX,
    Criterion,
    Cut,
    RankedProduct,
    Ranking,
)
from services.analytics.usecases.reports.ranking import rank_products

NOTHING_SOLD = "No products sold in the selected period."
SPANISH_BOTH = "ambos"

COLUMNS = ("section", "product_id", "product_name", "units_sold", "total_before_tax")
"""Of the CSV."""
A_ROW: Row = {
    "section": "most_sold",
    "product_id": 3,
    "product_name": "Teclado",
    "units_sold": 5,
    "total_before_tax": Decimal(750),
}

EndWanted = Annotated[
    Annotated[str, Choice(*Criterion, SPANISH_BOTH)],
    Query(description="The end of the ranking that is wanted; `ambos` is `both`."),
]
Limit = Annotated[
    Annotated[int, Integer(ge=1, le=LIMIT_MAX)], Query(description="The most products of each list.")
]


async def cut_wanted(criterion: EndWanted = Criterion.MOST, limit: Limit = LIMIT_DEFAULT) -> Cut:
    """What the query wants of the ranking."""
    return Cut(Criterion.BOTH if criterion == SPANISH_BOTH else Criterion(criterion), limit)


CutDep = Annotated[Cut, Depends(cut_wanted)]


@described
class RankedProductOut(TypedDict):
    """A product and what was sold of it."""

    product__id: int
    """The product's id."""
    product_name: str
    units_sold: int
    """Pieces."""
    revenue: Annotated[float, Field(description="Before tax.")]


@described
class RankedOut(TypedDict):
    """The lists that were asked for."""

    criterion: Annotated[str, Choice(*Criterion)]
    """The end of the ranking that was asked for."""
    results_limit: int
    """The most products of each list."""
    most_sold: NotRequired[list[RankedProductOut]]
    """Most units first; equal ones by id. Absent if only the least sold were asked for."""
    least_sold: NotRequired[list[RankedProductOut]]
    """Fewest units first; equal ones by id. Absent if only the most sold were asked for."""


@example(
    {
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-02-28"},
        "results": {
            "criterion": "both",
            "results_limit": 2,
            "most_sold": [
                {"product__id": 3, "product_name": "Teclado", "units_sold": 5, "revenue": 750.0},
                {"product__id": 2, "product_name": "Mouse", "units_sold": 3, "revenue": 150.0},
            ],
            "least_sold": [
                {"product__id": 1, "product_name": "Laptop", "units_sold": 1, "revenue": 1000.0},
                {"product__id": 2, "product_name": "Mouse", "units_sold": 3, "revenue": 150.0},
            ],
        },
    }
)
class RankingOut(TypedDict):
    """The products sold in a period, ranked by units."""

    analyzed_period: PeriodOut
    """The days that were asked for."""
    results: RankedOut
    """The lists that were asked for."""


@example(
    {
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-02-01"},
        "detail": NOTHING_SOLD,
    }
)
class NothingSoldOut(TypedDict):
    """The answer for days of the system on which no product was sold."""

    analyzed_period: PeriodOut
    """The days that were asked for."""
    detail: str
    """That no product was sold."""


@pos.get(
    "/analytics/product-ranking/",
    response_model=RankingOut | NothingSoldOut,
    responses=or_csv(COLUMNS, A_ROW),
)
@refuses(
    InvalidInput([(("criterion",), '"best" is not a valid choice.')]), *OF_DATES, *NO_SALES, NotAcceptable()
)
async def find_product_ranking(
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    *,
    cut: CutDep,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Rank the products sold from `start_date` to `end_date` by units.

    Days wholly outside the first and last day of record, and malformed or reversed dates: 400 with those two
    days. Days between them on which nothing was sold: 200 with `detail`.
    """
    report = await rank_products(start_date, end_date, cut=cut, desk=desk_of(deps))
    return reply_report(report, wants, shape=_ranking, table=_table)


def _ranking(ranking: Ranking) -> RankingOut | NothingSoldOut:
    if ranking.is_empty:
        return {"analyzed_period": period_out(ranking.period), "detail": NOTHING_SOLD}
    results: RankedOut = {"criterion": ranking.cut.criterion, "results_limit": ranking.cut.limit}
    if ranking.most_sold is not None:
        results["most_sold"] = [_product(product) for product in ranking.most_sold]
    if ranking.least_sold is not None:
        results["least_sold"] = [_product(product) for product in ranking.least_sold]
    return {"analyzed_period": period_out(ranking.period), "results": results}


def _product(product: RankedProduct) -> RankedProductOut:
    return {
        "product__id": product.product_id,
        "product_name": product.product_name,
        "units_sold": product.units_sold,
        "revenue": money_number(product.revenue),
    }


def _table(ranking: Ranking) -> Table:
    rows = [*_rows("most_sold", ranking.most_sold or ()), *_rows("least_sold", ranking.least_sold or ())]
    return Table(file_name("product-ranking", ranking.period), COLUMNS, rows)


def _rows(section: str, products: Sequence[RankedProduct]) -> Iterator[Row]:
    for product in products:
        yield {
            "section": section,
            "product_id": product.product_id,
            "product_name": product.product_name,
            "units_sold": product.units_sold,
            "total_before_tax": product.revenue,
        }
