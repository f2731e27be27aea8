"""The ranking of products by the units sold in a period (contract §6, POS document §27)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.analytics.domain.periods import Period

LIMIT_MAX = 1000
LIMIT_DEFAULT = 10


class Criterion(StrEnum):
    """The end of the ranking that is asked for."""

    MOST = "most"
    LEAST = "least"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class RankedProduct:
    """The units sold of a product, at least one; `revenue` is before tax."""

    product_id: int
    product_name: str
    units_sold: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Cut:
    """What is wanted of the ranking: up to `limit` products from one end or from both."""

    criterion: Criterion = Criterion.MOST
    limit: int = LIMIT_DEFAULT

    @property
    def most(self) -> int:
        """The most products that are wanted of the most sold."""
        return 0 if self.criterion is Criterion.LEAST else self.limit

    @property
    def least(self) -> int:
        """The most products that are wanted of the least sold."""
        return 0 if self.criterion is Criterion.MOST else self.limit


@dataclass(frozen=True, slots=True)
class Ranking:
    """The report. An end of the ranking that is not wanted is None."""

    period: Period
    cut: Cut
    most_sold: Sequence[RankedProduct] | None
    least_sold: Sequence[RankedProduct] | None

    @property
    def is_empty(self) -> bool:
        """Whether no product was sold."""
        return not self.most_sold and not self.least_sold


def rank(
    period: Period, cut: Cut, *, most: Iterable[RankedProduct], least: Iterable[RankedProduct]
) -> Ranking:
    """Build the report from the products of each end, in whatever order; equal units are ordered by id."""
    most_sold = sorted(most, key=lambda product: (-product.units_sold, product.product_id))
    least_sold = sorted(least, key=lambda product: (product.units_sold, product.product_id))
    return Ranking(period, cut, most_sold if cut.most else None, least_sold if cut.least else None)
