"""Gives catalog back what it no longer knows to be sold: `python -m services.sales.reallocate --help`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from libs.common.clock import Clock, system_clock
from libs.common.commands import command_parser, ending_in_words, opened, say, visible
from libs.common.errors import Unavailable
from libs.common.messaging.selections import moment
from libs.common.process.parts import build_parts
from libs.common.settings import of_environment
from services.sales.clients.catalog import CatalogStock
from services.sales.domain.stock import UnknownProducts
from services.sales.settings import SalesSettings
from services.sales.usecases.orders.reallocating import Refusal, reallocate

DESCRIPTION = """\
After catalog's database was restored alone, to an older moment than that of sales: has catalog take the stock
of every order since that stands. What is sold for good is taken as far as it is there, and the rest is a
shortfall; an open order is allocated like a new one. What catalog has taken is not taken twice, so that a
repeat changes nothing. Prints the orders that were refused, also those before it failed. Exit status: 0; 1 if
one was refused; 2 if it failed, and must run again. Reads the service's settings from the environment."""

REFUSED, FAILED = 1, 2


async def run(settings: SalesSettings, options: argparse.Namespace, clock: Clock) -> int:
    """Carry the command out, and then tell of it; the exit status is 1 if an order was refused."""
    parts = build_parts("sales", settings, clock=clock, uses_broker=False)
    stock = CatalogStock(parts.client("catalog", settings.catalog_url))
    asked, refused = 0, list[str]()
    try:
        async with opened(parts):
            async for order in reallocate(options.since, database=parts.database, stock=stock):
                asked += 1
                if order.refusal is not None:
                    refused.append(f"order {order.order_id}: {in_words(order.refusal)}")
    finally:
        for line in refused:  # not before: a reader that has enough would end the work half-way
            say(line)
    say(f"catalog has taken the stock of {asked - len(refused):,} of {asked:,} orders")
    return REFUSED if refused else 0


def in_words(refusal: Refusal) -> str:
    """Why catalog did not take an order's stock, and nothing of it."""
    if isinstance(refusal, UnknownProducts):
        return f"catalog does not know the products {', '.join(map(str, refusal.product_ids))}"
    return "; ".join(
        f"of {visible(each.product_name)} (product {each.product_id}) {each.requested} are ordered"
        f" and {each.available} in stock"
        for each in refusal.shortages
    )


@ending_in_words()
def main(arguments: Sequence[str] | None = None, clock: Clock = system_clock) -> int:
    """Run the command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    settings = of_environment(SalesSettings)
    try:
        return asyncio.run(run(settings, options, clock))
    except Unavailable as down:
        sys.stderr.write(f"{down.part} does not answer; run it again\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("services.sales.reallocate", DESCRIPTION)
    parser.add_argument(
        "--since",
        type=moment,
        metavar="TIME",
        required=True,
        help="the moment of the backup, or a time before it: 2026-03-01T00:00:00Z, or an age: 2h",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
