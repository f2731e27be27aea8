"""The value of the stock: what it cost, what it sells for, and the profit (contract §6)."""

from dataclasses import dataclass
from decimal import Decimal

from libs.common.errors import DomainError, Kind
from libs.common.money import to_cents
from services.analytics.domain.sold import percent_of


class NothingInStock(DomainError):
    """No product has stock, or the product has none, or there is no such product."""

    kind = Kind.NOT_FOUND
    code = "nothing_in_stock"
    remedy = "Check the name or sku. There is a value only of what is in stock."


@dataclass(frozen=True, slots=True)
class StockValue:
    """The value of stock. `cost` and `sale` are exact: prices have up to 4 decimals."""

    cost: Decimal
    sale: Decimal

    @property
    def total_cost(self) -> Decimal:
        """What the stock cost, before tax, to the cent."""
        return to_cents(self.cost)

    @property
    def potential_sale(self) -> Decimal:
        """What it brings at today's prices, with tax, to the cent."""
        return to_cents(self.sale)

    @property
    def potential_profit(self) -> Decimal:
        """The difference of the two as they are shown."""
        return self.potential_sale - self.total_cost

    @property
    def margin_percentage(self) -> Decimal:
        """The profit in percent of the sale, both as shown, to 2 decimals. 0 if the stock brings nothing."""
        return percent_of(self.potential_profit, self.potential_sale)


def unit_cost(*, cost: Decimal | None, price: Decimal) -> Decimal:
    """What one piece is taken to have cost: its cost where that is known, otherwise its price before tax."""
    return price if cost is None else cost
