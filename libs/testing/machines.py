"""Random work on a service's database, compared after every step with a model: hypothesis' stateful tests.

    class StockMachine(Machine[Deps]):
        @rule(product=product_ids, amount=pieces)
        def hold(self, product: int, amount: int) -> None: ...

    def test_whatever_happens_the_stock_is_as_it_should_be(run_machine: RunMachine, deps: Deps) -> None:
        run_machine(StockMachine, deps, steps=25)

`make machines EXAMPLES=500` looks longer, at new examples each time.
"""

import os
from asyncio import Runner
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from hypothesis import HealthCheck
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from libs.common.errors import DomainError
from libs.common.process.parts import Parts
from libs.testing.clock import START, FakeClock
from libs.testing.databases import WorkerDatabase
from libs.testing.properties import settings

T = TypeVar("T")
PartsT = TypeVar("PartsT", bound=Parts[Any])

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "0"))  # noqa: TID251 - set by make
FEW_EXAMPLES = 30
"""Without a number; they are the same each time."""


@dataclass(frozen=True)
class World(Generic[PartsT]):
    """What all examples of a machine work on, one after the other."""

    deps: PartsT
    clock: FakeClock
    database: WorkerDatabase
    loop: Runner


class Machine(RuleBasedStateMachine, Generic[PartsT]):
    """The base class of machines, whose rules run use cases; the model is plain Python.

    Each example finds an empty database, and a clock that shows `START`.
    """

    def __init__(self, world: World[PartsT]) -> None:
        super().__init__()
        self.deps, self.clock, self.database = world.deps, world.clock, world.deps.database
        self._loop = world.loop
        world.database.empty()
        world.clock.set(START)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the work to its end, and return its result."""
        return self._loop.run(work)

    def succeeds(self, work: Coroutine[Any, Any, object]) -> bool:
        """Run the work; whether it is not refused."""
        with suppress(DomainError):
            self.run(work)
            return True
        return False


class RunMachine(Protocol):
    """The fixture `run_machine`."""

    def __call__(self, machine: type[Machine[PartsT]], deps: PartsT, *, steps: int) -> None:
        """Let the machine work on the service's parts, `steps` steps in each example."""


def run_machine(
    machine: type[Machine[PartsT]], deps: PartsT, *, steps: int, database: WorkerDatabase, clock: FakeClock
) -> None:
    """See `RunMachine`. `database` is the one that `deps` work on, `clock` theirs."""
    with Runner() as loop:
        loop.run(deps.database.open())
        world = World(deps, clock, database, loop)
        run_state_machine_as_test(
            lambda: machine(world),  # type: ignore[arg-type]  # what makes machines will do
            settings=settings(
                max_examples=EXAMPLES or FEW_EXAMPLES,
                stateful_step_count=steps,
                derandomize=not EXAMPLES,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        loop.run(deps.database.close())
