"""Compares a shop of three years with a new one: two suites on this machine, which take turns.

    make bench GROWTH=1 [ORDERS=1000000] [PRODUCTS=200000] [WORKS=sale,orders] [CLIENTS=8] [MINUTES=1]

ORDERS: how many the large shop has had; for five of them it has a product, if PRODUCTS does not say how
many, and for two a customer. The small one has 2,000 products, 1,000 customers and 1,000 orders. WORKS:
first words of the works, all by default. MINUTES of turns for each work. The databases are filled first: a
million orders take minutes and 5 GB. What is compared is the CPU of the whole suite for one work, as in
`bench.pairs`: a query that somebody else has one of the two PostgreSQL carry out meanwhile counts too.
Two works are of the large shop alone: `overview`, the owner's page, opened ASKED times (30) for each range,
with its bar; and `restore`, a backup and its restore, only when it is named.
"""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import report, suite
from bench.growth.filling import fill
from bench.growth.overview import OVERVIEW, open_pages, show_pages
from bench.growth.past import Past, an_hour_ago, large, small
from bench.growth.restoring import RESTORE, back_up_and_restore
from bench.growth.sizes import show_sizes
from bench.growth.works import PAGE, GrownShop, deep_in_lists, grown_shop
from bench.measure import Figure, Side
from bench.options import Options
from bench.suite import Place, Suite
from bench.turns import Comparison, Turns
from deploy.local.sources import OURS

GROWTH_MAX = 1.15
SEED = 20261127
ALL = (
    "sale,checkout,detail,products,customers,orders,report,"
    f"shift,return,returns,layaways,flagged,found,numbers,synced,bootstrap,{OVERVIEW}"
)
USUAL = {"WORKS": ALL, "CLIENTS": "8", "MINUTES": "1", "SLICE_SECONDS": "1"}
SMALL = Place(Path(".run/bench-small"), 24_000)
LARGE = Place(Path(".run/bench-large"), 25_000)


@dataclass(frozen=True, slots=True)
class Grown:
    """A running suite with its past."""

    name: str
    suite: Suite
    past: Past
    shop: GrownShop

    def logged_in(self) -> "Grown":
        """The same with new tokens: those of a till end after 15 minutes."""
        return replace(self, shop=grown_shop(self.suite, self.past, self.shop.deep))

    @property
    def side(self) -> Side:
        """The suite as a measured side."""
        return replace(self.suite.side(PAGE), name=self.name, works=self.shop.works())


def run(console: Console) -> None:
    """Start both suites, fill them, measure, and print the tables."""
    options = Options.of({**USUAL, **os.environ})
    until = an_hour_ago()
    orders = int(os.environ.get("ORDERS") or 1_000_000)
    products = int(os.environ.get("PRODUCTS") or orders // 5)
    with (
        suite.started(OURS, SMALL, random.Random(SEED), console) as new,  # noqa: S311 - for load
        suite.started(OURS, LARGE, random.Random(SEED), console) as old,  # noqa: S311 - for load
    ):
        few = _grown("small", new, small(until), console)
        many = _grown("large", old, large(orders, products, until), console)
        show_sizes(console, old.admin_urls)
        if compared := list(_compared(few, many, options, console)):
            show(console, compared)
        if options.asks_for(OVERVIEW):
            owner = many.logged_in().shop.shop.owner
            show_pages(console, list(open_pages(old.local.gateway_url, owner)))
        if options.asks_for(RESTORE):
            back_up_and_restore(old.local, console)


def _grown(name: str, started: Suite, past: Past, console: Console) -> Grown:
    console.print(
        f"filling the {name} shop: {past.orders:,} orders, {past.products:,} products,"
        f" {past.customers:,} customers …"
    )
    fill(started.admin_urls, past, console)
    started.settling.wait()
    return Grown(name, started, past, grown_shop(started, past, deep_in_lists(started, past)))


def _compared(few: Grown, many: Grown, options: Options, console: Console) -> Iterator[Comparison]:
    for clients in options.clients:
        for work in filter(options.asks_for, many.shop.works()):
            turns = Turns(work, clients, options.pairs(), options.slice_seconds)
            large, small = many.logged_in().side, few.logged_in().side
            compared = turns.compare(large.name, small.name, [turns.take(large, small)])
            report.keep(compared)
            console.print(_line(compared), soft_wrap=True)
            yield compared


def _line(compared: Comparison) -> str:
    ratio = compared.ratio
    return (
        f"{compared.ours.work}, {compared.ours.clients} clients: {ratio.median:.3f}"
        f" (95 %: {ratio.low:.3f}-{ratio.high:.3f}, spread {ratio.spread:.1%}, {ratio.pairs} pairs,"
        f" others {compared.others:.0%} of the machine): {judged(compared)}"
    )


def judged(compared: Comparison) -> str:
    """Whether a work costs more in the large shop than it may, in words.

    Load of others makes the interval wider, not the ratio another: it falls on both shops in turns.
    """
    ratio, most = compared.ratio, f"{GROWTH_MAX - 1:.0%}"
    if compared.failures:
        return f"proves nothing: {compared.failures} requests failed"
    if ratio.low > GROWTH_MAX:
        return f"grows by more than {most}"
    if ratio.high <= GROWTH_MAX:
        return f"within {most}"
    return "not shown"


def show(console: Console, compared: Sequence[Comparison]) -> None:
    """Print a line for each work: N-ms of both shops, of which PostgreSQL, and the ratio."""
    table = Table("work", "clients", "small: N-ms (PG)", "large: N-ms (PG)", "p50 ms", "ratio (95 %)", "")
    for each in compared:
        ratio = each.ratio
        table.add_row(
            each.ours.work,
            str(each.ours.clients),
            _n_ms(each.other),
            _n_ms(each.ours),
            f"{each.other.p50_ms:.1f} → {each.ours.p50_ms:.1f}",
            f"{ratio.median:.2f} ({ratio.low:.2f}-{ratio.high:.2f})",
            judged(each),
        )
    console.print(table)


def _n_ms(figure: Figure) -> str:
    return f"{figure.n_ms:.2f} ({figure.parts['postgres']:.2f})"
