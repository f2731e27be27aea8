"""A day of sales at tills without a network ends in the same books, however it is sent (contract §8.6).

The day is sent once in order, without faults, and again in other scenes: shuffled, repeated, split into any
batches, by several senders at once, while processes are killed within batches and between them, goods come
in, others are taken back, a price is raised, and a shift closes before all of it has arrived. Then everything
must be the same:

- each order with its lines, payments, times, customer, seller, shift and ticket number, but for the names
  that two shops cannot share; and what is held, with its reasons;
- what is in stock and what is missing: how much, not of which sale (`OVERSOLD`);
- the points of each customer, and those that they owe: earned points settle what is owed, in any order;
- the money of each shift. What comes after the close is `late` and changes no figure (§8.1), so of a shift
  that has closed early its figures and what is late are compared together;
- the reports of analytics about the day.

Sent twice with other content, one number given to two sales, and a count of the stock between two sales have
an outcome that depends on the order by the contract: they are no part of the day.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from deploy.local.suite import LocalSuite
from libs.common.clock import system_clock
from libs.common.faults import Boundary
from libs.common.store_calendar import start_of_day, store_day
from tests.e2e.books import SETTLED_WITHIN_SECONDS, assert_books_agree
from tests.e2e.day_plan import SERVERS
from tests.e2e.faults import Faults
from tests.e2e.shop import Shop
from tests.e2e.synced.books import Books
from tests.e2e.synced.plan import Delivery, End, Sale, deliver_in_order, plan_delivery, plan_sales
from tests.e2e.synced.scene import Scene
from tests.e2e.synced.sending import Sending
from tests.e2e.tills import Office
from tests.suites import TIMEZONE

SHORT_SEED = 1
SHORT_ENDS: Sequence[Sequence[End]] = (
    (
        Boundary.AFTER_GOODS_SOLD,
        Boundary.BEFORE_SOLD,
        Boundary.RELAY_AFTER_PUBLISH,
        Boundary.CONSUMER_AFTER_COMMIT,
        "customers-worker",
    ),
)
"""The one delivery of the short form, by what ends in it; each takes seconds."""

BOUNDARIES = (
    Boundary.AFTER_SALE_KEPT,
    Boundary.AFTER_SALE_CLAIMED,
    Boundary.AFTER_GOODS_SOLD,
    Boundary.AFTER_SALE_BOOKED,
    Boundary.BEFORE_SOLD,
    Boundary.AFTER_SOLD,
    Boundary.RELAY_AFTER_PUBLISH,
    Boundary.CONSUMER_AFTER_COMMIT,
)
"""Those that many sales of a day come to."""
NO_PART = {"chatbot"}
ENDS = 6
"""So many processes end in each delivery of a long run."""
DELIVERIES = 3
OWN_DAYS = 28
"""The days that are old enough for nobody else to sell on them, and not too old to be told by a till."""
DAYS_OF_A_SUITE = OWN_DAYS // (1 + DELIVERIES)


def number_of_days() -> int:
    """`SYNCED_DAYS`: how many days a long run plays; 0 if this is none."""
    return int(os.environ.get("SYNCED_DAYS") or 0)


def first_seed() -> int:
    """`SYNCED_SEED`: the seed of the first day; 1 by default."""
    return int(os.environ.get("SYNCED_SEED") or 1)


def any_ends(suite: LocalSuite, seed: int) -> list[list[End]]:
    """What ends in each delivery of a long run: any processes, servers and boundaries."""
    chance = Random(seed)  # noqa: S311 - a plan that can be repeated
    names = [process.name for process in suite.processes if process.service not in NO_PART]
    known: list[End] = [*names, *SERVERS, *BOUNDARIES]
    return [chance.sample(known, ENDS) for _ in range(DELIVERIES)]


class Days:
    """Plays days in a suite where nobody else works meanwhile, on at most `OWN_DAYS` days of the store."""

    def __init__(self, suite: LocalSuite, shop: Shop, faults: Faults, tell: Callable[[str], None]) -> None:
        self._suite = suite
        self._shop = shop
        self._faults = faults
        self._tell = tell
        self._begins = own_days()

    def play(self, seed: int, ends: Sequence[Sequence[End]]) -> None:
        """Send a day in order, and again for each of `ends`; fails with what is not the same."""
        sales = plan_sales(seed)
        expected = self._books(sales, deliver_in_order(sales))
        for number, killed in enumerate(ends):
            delivery = plan_delivery(seed * 100 + number, sales, killed)
            self._tell(f"seed {seed}, delivery {number}: {', '.join(killed)} end")
            found = self._books(sales, delivery).differences(expected)
            assert not found, "\n".join([f"seed {seed}, delivery {number}: {delivery.acts}", *found])

    def _books(self, sales: Sequence[Sale], delivery: Delivery) -> Books:
        scene = Scene.set(self._suite, self._shop, next(self._begins), sales)
        Sending(scene, delivery, self._faults).run()
        with Office(self._shop) as office:
            scene.close_all(office)
        assert_books_agree(self._suite, within_seconds=SETTLED_WITHIN_SECONDS)
        return Books.of(scene)


def own_days() -> Iterator[datetime]:
    """The begins of days of the store on which nobody else sells, the latest first."""
    timezone = ZoneInfo(TIMEZONE)
    today = store_day(system_clock(), timezone)
    return (start_of_day(today - timedelta(days=ago + 1), timezone) for ago in range(1, OWN_DAYS + 1))
