"""A process notes that its clock is not its database's."""

from datetime import timedelta

import pytest

from libs.common.clock import CLOCKS_DIFFER, system_clock
from libs.common.db.database import Database
from libs.common.process.clocks import ClockWatch

A_MOMENT = timedelta(seconds=10)


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (timedelta(minutes=10), "ahead of the database's"),
        (-timedelta(minutes=10), "behind the database's"),
        (CLOCKS_DIFFER + A_MOMENT, "ahead of the database's"),
    ],
)
async def test_a_clock_that_is_wrong_is_told_until_it_is_set(
    database: Database, difference: timedelta, said: str
) -> None:
    wrong = difference
    watch = ClockWatch(database, lambda: system_clock() + wrong)
    assert watch.trouble() is None
    await watch.look()
    trouble = watch.trouble()
    assert trouble
    seconds, told = trouble.split(" s ")
    assert told == said
    assert abs(int(seconds) - abs(difference.total_seconds())) < A_MOMENT.total_seconds()
    wrong = timedelta()
    await watch.look()
    assert watch.trouble() is None


@pytest.mark.parametrize("difference", [CLOCKS_DIFFER - A_MOMENT, A_MOMENT - CLOCKS_DIFFER])
async def test_what_other_machines_allow_for_is_no_trouble(database: Database, difference: timedelta) -> None:
    watch = ClockWatch(database, lambda: system_clock() + difference)
    await watch.look()
    assert watch.trouble() is None
