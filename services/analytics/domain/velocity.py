"""Velocity: how many pieces of a product are sold in a day, and how long its stock lasts (contract §6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from libs.common.errors import DomainError, Kind
from libs.common.money import to_cents
from services.analytics.domain.parameters import written_number

DEFAULT_PERIOD_DAYS = 30
PERIOD_DAYS_MAX = 3_660
ONE_DAY = timedelta(days=1)


class IdentifierMissing(DomainError):
    """The request does not say which product is meant."""

    code = "identifier_missing"
    remedy = "Send the product's name or sku as `identifier`."


class IdentifierUnknown(DomainError):
    """No product has this name or sku, or the one that had it was deleted."""

    kind = Kind.NOT_FOUND
    code = "identifier_unknown"
    remedy = "Send the whole name or sku of a product, with or without capitals."


class PeriodDaysRefused(DomainError):
    """`period_days` is not a whole number of days within its bounds."""

    code = "period_days_refused"
    remedy = "Send a whole number of days up to today, for example `30`."

    def __init__(self) -> None:
        super().__init__(most=PERIOD_DAYS_MAX)


@dataclass(frozen=True, slots=True)
class StockTurn:
    """On this day a product's stock ran out, or came back from nothing (`in_stock`)."""

    day: date
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Velocity:
    """The sales of a product on the last `days` days; it was in stock on `days_in_stock` of those wanted."""

    days: int
    days_in_stock: int
    units: int
    current_stock: int

    @property
    def per_day(self) -> Decimal:
        """Pieces a day, to 2 decimals."""
        return pieces_a_day(self.units, self.days)

    @property
    def per_day_in_stock(self) -> Decimal | None:
        """Pieces on a day on which the product was in stock, to 2 decimals. None if there was no such day."""
        return pieces_a_day(self.units, self.days_in_stock) if self.days_in_stock else None

    @property
    def days_left(self) -> int | None:
        """The full days that the stock lasts at the velocity as it is shown; None if nothing is sold."""
        return int(self.current_stock // self.per_day) if self.per_day else None


def wanted_days(written: str | None) -> int:
    """The requested number of days up to today; a missing or empty one is 30. Raises `PeriodDaysRefused`."""
    days = written_number(written) if written else DEFAULT_PERIOD_DAYS
    if days is None or not 1 <= days <= PERIOD_DAYS_MAX:
        raise PeriodDaysRefused
    return days


def pieces_a_day(units: int, days: int) -> Decimal:
    """Pieces sold in a day, rounded half up to 2 decimals; `days` is at least 1."""
    return to_cents(Decimal(units) / days)


def days_since_first_sale(wanted: int, *, first_sale: date | None, today: date) -> int:
    """The wanted number of days up to today; fewer if the first sale is later, whose day counts.

    A product without a sale has the wanted days. There is always one day.
    """
    if first_sale is None:
        return wanted
    return min(wanted, max((today - first_sale).days + 1, 1))


def first_day(days: int, today: date) -> date:
    """The first of this number of days up to today, which counts."""
    return today - (days - 1) * ONE_DAY


def days_in_stock(
    turns: Iterable[StockTurn],
    *,
    first: date,
    last: date,
    in_stock_now: bool,
    first_sale: date | None = None,
) -> int:
    """The days from `first` to `last` on which a product was in stock at any moment.

    `turns` are those since `first`, in the order of the ledger: before the first of them the stock was the
    other way round. Without any turn, it was as it is now. A product without earlier turns was in stock from
    its `first_sale` of these days on: a till may tell later what it sold before catalog knew of any stock.
    """
    days, counted_to = 0, first - ONE_DAY
    for since, until in _times_in_stock(turns, first, last, first_sale, in_stock_now=in_stock_now):
        begin, end = max(since, counted_to + ONE_DAY), min(until, last)
        if begin <= end:
            days += (end - begin).days + 1
            counted_to = end
    return days


def _times_in_stock(
    turns: Iterable[StockTurn], first: date, last: date, first_sale: date | None, *, in_stock_now: bool
) -> Iterator[tuple[date, date]]:
    """The days from which and to which the product was in stock, both included."""
    since, is_first = None, True
    for turn in turns:
        if turn.in_stock:
            since = since or (min(turn.day, first_sale) if is_first and first_sale else turn.day)
        else:
            yield since or (first if is_first else turn.day), turn.day
            since = None
        is_first = False
    if since or (is_first and in_stock_now):
        yield since or first, last
