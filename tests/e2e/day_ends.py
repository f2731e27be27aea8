"""Kills the processes of a suite after a plan, one at a time, while tills are at work."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from deploy.local.suite import LocalSuite
from libs.common.faults import Boundary
from tests.e2e.day import BusyDay
from tests.e2e.day_plan import SERVERS, End, Plan
from tests.e2e.faults import Faults
from tests.e2e.waiting import eventually

NOT_IN_A_DAY = {
    Boundary.BEFORE_RELEASED,
    Boundary.AFTER_RELEASED,
    Boundary.BEFORE_RETURN_UNDONE,
    Boundary.FINISHING_AFTER_FENCE,
    Boundary.FINISHING_AFTER_REFUND_FENCE,
    Boundary.SETTLING_AFTER_FENCE,
    Boundary.AFTER_SALE_VOIDED,
    Boundary.AFTER_SALE_MENDED,
    Boundary.AFTER_SALE_DISMISSED,
    Boundary.AFTER_GOODS_GIVEN_UP,
    Boundary.FINISHING_AFTER_SALE_FOUND,
    Boundary.AFTER_SHIFT_CLOSED,
}
"""Boundaries that no operation of the day passes, or too few, or only after another crash."""
REACHED_WITHIN_SECONDS = 60
"""Long enough, also on a busy machine, for all operations until the end after the next one."""
DAY_BOUNDARIES = [boundary for boundary in Boundary if boundary not in NOT_IN_A_DAY]


@dataclass(slots=True)
class Ends:
    """Follows the plan of a day; `tell` gets a line for each kill."""

    suite: LocalSuite
    faults: Faults
    plan: Plan
    tell: Callable[[str], None]
    not_reached: list[Boundary] = field(default_factory=list)

    def __call__(self, day: BusyDay) -> None:
        """Kill as the plan says; each process is ready again before the next one is killed."""
        for number, end in enumerate(self.plan.ends, start=1):
            if not day.wait_until_done(end.after):
                return
            begun = time.monotonic()
            if isinstance(end.of, Boundary):
                # None of the operations that are still allowed may come to the boundary.
                day.go_on_after(number)
            self._end(end)
            day.go_on_after(number)
            ready_after = time.monotonic() - begun
            self.tell(f"{day.told.done:6} done, {end.of} killed, all ready after {ready_after:.1f} s")

    def _end(self, end: End) -> None:
        if isinstance(end.of, Boundary):
            self._end_at(end.of)
        elif end.of in SERVERS:
            kill_server(self.suite, end.of)
            self.suite.wait_ready(end.of)
        else:
            self.suite.kill(end.of)
        self.suite.wait_ready()

    def _end_at(self, boundary: Boundary) -> None:
        self.faults.arm(boundary)
        try:
            eventually(lambda: self.faults.assert_hit(boundary), within_seconds=REACHED_WITHIN_SECONDS)
        except AssertionError:
            self.faults.disarm_all()
            self.not_reached.append(boundary)


def kill_server(suite: LocalSuite, name: str) -> None:
    """Kill PostgreSQL's postmaster, or the whole node of RabbitMQ, whose process may be a shell's child."""
    pid = suite.states()[name].pid
    if name == "rabbitmq":
        for child in psutil.Process(pid).children(recursive=True):
            if child.name() == "beam.smp":
                os.kill(child.pid, signal.SIGKILL)
    suite.kill(name)
