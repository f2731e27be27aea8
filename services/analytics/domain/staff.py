"""The sales of staff at tills in a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from libs.common.money import to_cents
from services.analytics.domain.periods import Period
from services.analytics.domain.sold import Sold, percent_of, total_of


@dataclass(frozen=True, slots=True)
class SellerSold(Sold):
    """The sales that a user took at tills. Names are None until auth has told of the user."""

    user_id: int
    username: str | None
    email: str | None
    is_deleted: bool

    @property
    def units_per_ticket(self) -> Decimal:
        """The average number of pieces, rounded half up to two decimals."""
        return to_cents(Decimal(self.units) / self.tickets)


@dataclass(frozen=True, slots=True)
class StaffReport:
    """The report: `sellers` by revenue, highest first."""

    period: Period
    sellers: Sequence[SellerSold]

    @property
    def total(self) -> Sold:
        """The sales of all tills."""
        return total_of(self.sellers)

    def share_of(self, seller: SellerSold) -> Decimal:
        """The seller's share of the revenue, in percent with two decimals."""
        return percent_of(seller.revenue, self.total.revenue)
