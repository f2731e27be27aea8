"""Events in any order, doubled, late and beside each other end in the figures of a plain recomputation."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis.stateful import rule

from libs.common.contracts.event import Event
from libs.common.messaging.envelope import Received
from libs.testing.machines import Machine, RunMachine
from libs.testing.properties import st
from services.analytics.deps import Deps
from services.analytics.tests.histories import FIRST, LAST, Hearing, hearings
from services.analytics.tests.plain import Plain
from services.analytics.tests.plain_reports import assert_reports_are_plain
from services.analytics.tests.plain_tables import assert_tables_are_plain
from services.analytics.tests.streams import consume_in_parallel
from services.analytics.usecases.reports.desk import Desk

days = st.dates(FIRST, LAST)


class StreamMachine(Machine[Deps]):
    """Each example is one history, heard in two parts; the figures are compared after both."""

    @rule(hearing=hearings(), edges=st.tuples(days, days).map(sorted))
    def hear(self, hearing: Hearing, edges: Sequence[date]) -> None:
        """All of a history arrives; the reports are those of the days between the edges."""
        timezone = hearing.history.timezone
        self.clock.set(hearing.history.now)
        heard: list[Received[Event]] = []
        for part in hearing.parts:
            heard += part
            self.run(
                consume_in_parallel(
                    self.database, part, timezone=timezone, batch=hearing.batch, workers=hearing.workers
                )
            )
            self.run(assert_tables_are_plain(self.database, Plain(heard, timezone)))
        desk = Desk(self.database, self.clock, timezone)
        self.run(assert_reports_are_plain(desk, Plain(heard, timezone), *edges))


@pytest.mark.timeout(600)  # a failure is made small first, for at most 300 s
def test_whatever_arrives_in_whatever_order_the_figures_are_those_of_a_plain_recomputation(
    run_machine: RunMachine, deps: Deps
) -> None:
    run_machine(StreamMachine, deps, steps=1)
