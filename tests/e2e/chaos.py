"""Plays a day at the shop, short among the stories and long for `make chaos MINUTES=5 SEED=1`."""

import os
import time
from collections.abc import Callable

from deploy.local.ports import chosen_replicas
from deploy.local.suite import LocalSuite
from libs.common.faults import Boundary
from tests.e2e.books import SETTLED_WITHIN_SECONDS, assert_books_agree, assert_nothing_held
from tests.e2e.day import BusyDay
from tests.e2e.day_ends import DAY_BOUNDARIES, Ends
from tests.e2e.day_goods import DayGoods
from tests.e2e.day_plan import SERVERS, Plan, plan_day
from tests.e2e.day_report import Report, report_on
from tests.e2e.faults import Faults
from tests.e2e.shop import Shop

OPERATIONS_A_MINUTE = 400
ENDS_A_MINUTE = 6
LONG_PAUSE_SECONDS = 0.8
SHORT_OPERATIONS = 280
SHORT_PAUSE_SECONDS = 0.2
SHORT_BOUNDARIES = (
    Boundary.AFTER_ALLOCATION,
    Boundary.AFTER_ORDER,
    Boundary.AFTER_START,
    Boundary.AFTER_CHARGE,
    Boundary.AFTER_ALLOCATED,
    Boundary.AFTER_CHARGED,
)
ENDS_AT = {"sales", "catalog", "customers"}
"""The processes that reach these boundaries."""


def chaos_minutes() -> int:
    """`CHAOS_MINUTES`: about how long the day takes; 0 if there is none.

    Nobody logs in again during a day, so that it must end within the 15 minutes of an access token.
    """
    return int(os.environ.get("CHAOS_MINUTES") or 0)


def chaos_seed() -> int:
    """`CHAOS_SEED`: which day; 1 by default."""
    return int(os.environ.get("CHAOS_SEED") or 1)


def chaos_replicas() -> int:
    """`REPLICAS`: so many of each process; 1 by default, and in a run without a long day."""
    return chosen_replicas(os.environ) if chaos_minutes() else 1


def long_day(suite: LocalSuite) -> Plan:
    """The plan that the environment asks for: kills of every process, of the servers and at boundaries."""
    return plan_day(
        chaos_seed(),
        operations=OPERATIONS_A_MINUTE * chaos_minutes(),
        ends=ENDS_A_MINUTE * chaos_minutes(),
        processes=[*(process.name for process in suite.processes), *SERVERS],
        boundaries=DAY_BOUNDARIES,
        pause_seconds=LONG_PAUSE_SECONDS,
    )


def short_day(suite: LocalSuite) -> Plan:
    """A plan in which every process ends once, those of the protocols at a boundary; not the servers."""
    processes = [process.name for process in suite.processes if process.name not in ENDS_AT]
    return plan_day(
        chaos_seed(),
        operations=SHORT_OPERATIONS,
        ends=len(processes) + len(SHORT_BOUNDARIES),
        processes=processes,
        boundaries=SHORT_BOUNDARIES,
        pause_seconds=SHORT_PAUSE_SECONDS,
    )


def play_day(
    suite: LocalSuite, shop: Shop, faults: Faults, plan: Plan, tell: Callable[[str], None]
) -> Report:
    """Play the day, wait until everything is settled, and report. Fails if the records do not agree."""
    shop.log_in_again()
    goods = DayGoods.make(shop)
    day, ends = BusyDay(shop, goods, plan), Ends(suite, faults, plan, tell)
    begun = time.monotonic()
    day.run(ends)
    seconds = time.monotonic() - begun
    assert_nothing_held(suite)
    assert_books_agree(suite, within_seconds=SETTLED_WITHIN_SECONDS)
    assert not ends.not_reached, f"no process has reached {ends.not_reached}"
    shop.log_in_again()
    report = report_on(suite, shop, goods, plan, day.told, seconds)
    tell(str(report))
    return report


def assert_nothing_lost(report: Report) -> None:
    """Fail unless everything that was answered is written, once, and nothing was sold twice."""
    assert not report.lost, f"answered, but not written: {report.lost}"
    assert not report.doubled, f"written, but not answered: {report.doubled}"
    assert report.oversold == 0


def assert_everything_happened(report: Report) -> None:
    """Fail if something that belongs to a day was not seen once."""
    assert not report.not_seen, f"not once on this day: {', '.join(report.not_seen)}"
