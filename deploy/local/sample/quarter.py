"""The sales of the sample: days and hours as a shop has them. One seed and the same days, the same sales.

Nothing here knows the suite: products, customers and cashiers are places in lists.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from deploy.local.sample.goods import Fate, Product

REGISTERS = 3
CUSTOMERS = 40
SALES_OF_A_WEEKDAY = (34, 36, 37, 40, 52, 74, 44)
"""From Monday to Sunday, before chance."""
PAYDAYS_SELL = 1.3
"""The factor by which more is sold when wages have been paid."""
OPENS, CLOSES = 8, 21
SALES_OF_AN_HOUR = (2, 3, 4, 5, 7, 8, 7, 5, 6, 9, 12, 11, 6)
"""From the hour of opening on, beside each other: a small peak at noon, a large one in the evening."""
SHARES_OF_REGISTERS = (5, 3, 2)
REASONS = ("Empaque dañado", "Cliente de mayoreo", "Próximo a caducar")
TENDERS = ("CASH", "CARD", "TRANSFER", "MIXED")
SHARES_OF_TENDERS = (58, 30, 7, 5)
LEFT_OF_WHAT_RUNS_OUT = 4
PIECES_OF_DEAD_STOCK = 36


@dataclass(frozen=True, slots=True)
class Item:
    """Pieces of a product, with a discount by hand in whole percent, or 0."""

    product: int
    pieces: int
    discount_percent: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale; `seq` counts per register, `cash_percent` is the cash part of a mixed payment."""

    register: int
    seq: int
    sold_at: datetime
    customer: int | None
    items: tuple[Item, ...]
    tender: str
    cash_percent: int


def plan_sales(
    seed: int, days: int, *, before: datetime, zone: ZoneInfo, products: Sequence[Product]
) -> tuple[Sale, ...]:
    """What was sold on the `days` days of the store before that of `before`, and on that one until then.

    In the order of time.
    """
    today = before.astimezone(zone).date()
    numbers: Counter[int] = Counter()
    sales = []
    for ago in range(days, -1, -1):
        for sale in _sales_of(today - timedelta(days=ago), seed, zone, products):
            if sale.sold_at >= before:
                break
            numbers[sale.register] += 1
            sales.append(replace(sale, seq=numbers[sale.register]))
    return tuple(sales)


def stocks(sales: Sequence[Sale], products: Sequence[Product]) -> list[int]:
    """The pieces with which each product has to begin, so that it ends as its fate says."""
    sold: Counter[int] = Counter()
    for item in (item for sale in sales for item in sale.items):
        sold[item.product] += item.pieces
    return [sold[place] + _left(place, product, sold[place]) for place, product in enumerate(products)]


def _left(place: int, product: Product, sold: int) -> int:
    if product.fate is Fate.IS_DEAD:
        return PIECES_OF_DEAD_STOCK + place % 20
    if product.fate is Fate.RUNS_OUT:
        return 1 + place % LEFT_OF_WHAT_RUNS_OUT
    return 30 + sold // 2


def _sales_of(day: date, seed: int, zone: ZoneInfo, products: Sequence[Product]) -> Iterator[Sale]:
    chance = Random(f"{seed} {day}")  # noqa: S311 - a plan that can be repeated
    usual = SALES_OF_A_WEEKDAY[day.weekday()] * (PAYDAYS_SELL if is_after_payday(day) else 1)
    count = round(usual * chance.uniform(0.85, 1.15))
    for moment in sorted(_moment(day, zone, chance) for _ in range(count)):
        yield _sale(moment, chance, products)


def is_after_payday(day: date) -> bool:
    """Whether wages were paid on this day or the one before: on the 15th and on the last of a month."""
    last = monthrange(day.year, day.month)[1]
    return day.day in {1, 15, 16, last}


def _moment(day: date, zone: ZoneInfo, chance: Random) -> datetime:
    (hour,) = chance.choices(range(OPENS, CLOSES), SALES_OF_AN_HOUR)
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), zone)


def _sale(moment: datetime, chance: Random, products: Sequence[Product]) -> Sale:
    weights = [product.weight for product in products]
    places = set(chance.choices(range(len(products)), weights, k=chance.choice((1, 1, 2, 2, 3, 4, 6))))
    discounted = chance.random() < 0.04
    (register,) = chance.choices(range(REGISTERS), SHARES_OF_REGISTERS)
    (tender,) = chance.choices(TENDERS, SHARES_OF_TENDERS)
    items = tuple(_item(place, chance, is_discounted=discounted) for place in sorted(places))
    return Sale(
        register=register,
        seq=0,
        sold_at=moment,
        customer=chance.randrange(CUSTOMERS) if chance.random() < 0.25 else None,
        items=items,
        tender=tender,
        cash_percent=chance.choice((25, 40, 50, 60)),
    )


def _item(place: int, chance: Random, *, is_discounted: bool) -> Item:
    pieces = chance.choice((1, 1, 1, 1, 2, 2, 3))
    if not is_discounted:
        return Item(place, pieces)
    return Item(place, pieces, chance.choice((5, 10, 15)), chance.choice(REASONS))
