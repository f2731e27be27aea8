"""Figures of sales by channel, and their change since a period before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from libs.common.money import ZERO, to_cents

CHANNELS = ("POS", "WEB")
HUNDRED = Decimal(100)

Key = TypeVar("Key")
Row = TypeVar("Row", bound="ChannelSold")


@dataclass(frozen=True, slots=True)
class Sold:
    """Tickets, units, and revenue with tax."""

    tickets: int
    units: int
    revenue: Decimal

    @property
    def average_ticket(self) -> Decimal:
        """The average, rounded half up to the cent; 0 without tickets."""
        return to_cents(self.revenue / self.tickets) if self.tickets else ZERO


NOTHING = Sold(0, 0, ZERO)


@dataclass(frozen=True, slots=True)
class ChannelSold(Sold):
    """The sales of a channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class Channels:
    """The sales of each channel."""

    by_channel: Mapping[str, Sold]

    def of(self, channel: str) -> Sold:
        """The sales of a channel."""
        return self.by_channel.get(channel, NOTHING)

    @property
    def together(self) -> Sold:
        """The sales of all channels."""
        return total_of(self.by_channel.values())


NO_CHANNELS = Channels({})


@dataclass(frozen=True, slots=True)
class Change:
    """By how many percent the figures are higher than those before; None where those are 0."""

    revenue: Decimal | None
    tickets: Decimal | None
    units: Decimal | None
    average_ticket: Decimal | None


def total_of(sold: Iterable[Sold]) -> Sold:
    """All of these together."""
    tickets, units, revenue = 0, 0, ZERO
    for each in sold:
        tickets, units, revenue = tickets + each.tickets, units + each.units, revenue + each.revenue
    return Sold(tickets, units, revenue)


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> Mapping[Key, Channels]:
    """The sales of each channel, for each key. A key and a channel have one row."""
    by_key: dict[Key, dict[str, Sold]] = {}
    for row in rows:
        by_key.setdefault(key(row), {})[row.channel] = row
    return {found: Channels(by_channel) for found, by_channel in by_key.items()}


def total_by_channel(every: Iterable[Channels]) -> Channels:
    """All of these together, channel by channel."""
    listed = list(every)
    return Channels({channel: total_of(each.of(channel) for each in listed) for channel in CHANNELS})


def change_of(now: Sold, before: Sold) -> Change:
    """The change in percent, rounded half up to two decimals."""
    return Change(
        revenue=change_percent(now.revenue, before.revenue),
        tickets=change_percent(Decimal(now.tickets), Decimal(before.tickets)),
        units=change_percent(Decimal(now.units), Decimal(before.units)),
        average_ticket=change_percent(now.average_ticket, before.average_ticket),
    )


def percent_of(amount: Decimal, whole: Decimal) -> Decimal:
    """The share in percent, rounded half up to two decimals; 0 of nothing."""
    return to_cents(amount * HUNDRED / whole) if whole else ZERO


def change_percent(now: Decimal, before: Decimal) -> Decimal | None:
    """The change in percent, rounded half up to two decimals; None since 0."""
    return percent_of(now - before, before) if before else None
