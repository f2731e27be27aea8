"""Tickets, units and revenue in the answers of reports. Money is JSON numbers, with tax."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.csv_files import Cell
from libs.common.http.described import described
from libs.common.http.replies import money_number
from services.analytics.domain.sold import Channels, Sold

FIGURES = ("revenue", "tickets", "units", "average_ticket")
"""The columns of `figure_cells`."""

Revenue = Annotated[float, Field(description="The sum of the tickets, tax included.")]
Tickets = Annotated[int, Field(description="The number of paid orders.")]
Units = Annotated[int, Field(description="Pieces.")]
AverageTicket = Annotated[float, Field(description="Revenue per ticket, tax included; 0 without tickets.")]


class FiguresOut(TypedDict):
    """What was sold; money with tax."""

    revenue: Revenue
    tickets: Tickets
    units: Units
    average_ticket: AverageTicket


@described
class ChannelsOut(TypedDict):
    """What was sold in each channel."""

    POS: FiguresOut
    """At the tills."""
    WEB: FiguresOut
    """In the web shop."""


OfChannels = Annotated[ChannelsOut, Field(description="The same figures for each channel.")]


class SoldOut(FiguresOut):
    """What was sold in all channels, and in each; money with tax."""

    channels: OfChannels


def figures_out(sold: Sold) -> FiguresOut:
    """Figures in an answer."""
    return {
        "revenue": money_number(sold.revenue),
        "tickets": sold.tickets,
        "units": sold.units,
        "average_ticket": money_number(sold.average_ticket),
    }


def sold_out(sold: Channels) -> SoldOut:
    """Figures of all channels and of each in an answer."""
    return {
        **figures_out(sold.together),
        "channels": {"POS": figures_out(sold.of("POS")), "WEB": figures_out(sold.of("WEB"))},
    }


def figure_cells(sold: Sold, prefix: str = "") -> dict[str, Cell]:
    """Figures in a row of CSV, whose columns begin with this prefix."""
    return {
        f"{prefix}revenue": sold.revenue,
        f"{prefix}tickets": sold.tickets,
        f"{prefix}units": sold.units,
        f"{prefix}average_ticket": sold.average_ticket,
    }


def number_or_null(amount: Decimal | None) -> float | None:
    """A number with two decimals; null if it is not known."""
    return None if amount is None else money_number(amount)
