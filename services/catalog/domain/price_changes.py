"""The prices of a product on a day of the store, and the days on which that changes (contract §8.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from libs.common.prices import TAX_FRACTIONS, discounted, shelf_price
from services.catalog.domain.products import Product

DAYS_AHEAD = 8
"""A change of price is told this many days before it happens."""

NO_DISCOUNT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedProduct(Product):
    """A product with its promotions in force on `priced_on`, a day of the store, or in `DAYS_AHEAD` days."""

    priced_on: date
    promotions: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """The shelf price for everybody, and the one for frequent customers, who have every promotion."""

    final_price: Decimal
    frequent_price: Decimal


@dataclass(frozen=True, slots=True)
class PriceChange:
    """New prices from the first second of a day of the store on."""

    day: date
    prices: Prices


@dataclass(frozen=True, slots=True)
class _Promotion:
    first: date
    last: date
    percent: Decimal
    is_for_all: bool


def prices_now(product: PricedProduct) -> Prices:
    """The prices of the day on which the product was read."""
    if not product.promotions:  # as most products
        price = _shelf_price(product, NO_DISCOUNT)
        return Prices(price, price)
    return _prices_on(product.priced_on, product, _promotions_of(product))


def price_changes(product: PricedProduct) -> list[PriceChange]:
    """The changes of the next `DAYS_AHEAD` days, by day. A day on which both prices stay is none."""
    if not product.promotions:
        return []
    promotions = _promotions_of(product)
    today = product.priced_on
    turns = {promotion.first for promotion in promotions}
    # The last of all days has no next one.
    turns |= {each.last + timedelta(days=1) for each in promotions if each.last < date.max}
    changes = []
    before = _prices_on(today, product, promotions)
    for day in sorted(turns):
        if today < day <= today + timedelta(days=DAYS_AHEAD):
            prices = _prices_on(day, product, promotions)
            if prices != before:
                changes.append(PriceChange(day, prices))
            before = prices
    return changes


def _prices_on(day: date, product: Product, promotions: list[_Promotion]) -> Prices:
    in_force = [promotion for promotion in promotions if promotion.first <= day <= promotion.last]
    for_all = max((each.percent for each in in_force if each.is_for_all), default=NO_DISCOUNT)
    for_frequent = max((each.percent for each in in_force), default=NO_DISCOUNT)
    return Prices(_shelf_price(product, for_all), _shelf_price(product, for_frequent))


def _shelf_price(product: Product, percent: Decimal) -> Decimal:
    return shelf_price(discounted(product.price, percent), TAX_FRACTIONS[product.tax_rate])


def _promotions_of(product: PricedProduct) -> list[_Promotion]:
    return [
        _Promotion(
            first=date.fromisoformat(each["start_date"]),
            last=date.fromisoformat(each["end_date"]),
            percent=Decimal(each["discount_percent"]),
            is_for_all=each["target_audience"] == "ALL",
        )
        for each in product.promotions
    ]
