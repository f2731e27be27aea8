"""Lifecycles as data: the states of a thing, the steps between them, and who may take each step.

    PAY = Step(sources=(PENDING,), target=PAID, by=frozenset({Actor.STAFF}))

    update orders set status = %(to)s where id = %(id)s and status = any(%(from)s)

A statement takes the step with the parameters `PAY.sql`, and the database decides: if no row comes back, the
step was illegal. Docs: docs/adr/0032.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import LiteralString


class Actor(StrEnum):
    """The kinds of person who take steps, and the system itself: a job, an event, another service."""

    STAFF = "staff"
    ADMIN = "admin"
    BUYER = "buyer"
    SYSTEM = "system"


@dataclass(frozen=True)
class Step:
    """A step from any of `sources` to `target`, and the actors who may take it."""

    sources: tuple[str, ...]
    target: str
    by: frozenset[Actor]

    @cached_property
    def sql(self) -> Mapping[str, object]:
        """The parameters `from` (a list) and `to` of a statement that takes this step."""
        return {"from": [str(source) for source in self.sources], "to": str(self.target)}


@dataclass(frozen=True)
class Lifecycle:
    """All states of a thing, the first one first, and the steps between them."""

    states: tuple[str, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        """Every step leads from known states to another known state."""
        for step in self.steps:
            assert {*step.sources, step.target} <= {*self.states}, step
            assert step.target not in step.sources, step

    @property
    def first(self) -> str:
        """The state in which the thing begins."""
        return str(self.states[0])

    def step(self, source: str, target: str, *, by: Actor) -> Step | None:
        """The step by which this actor leads the thing from `source` to `target`; None if there is none."""
        fitting = (step for step in self.steps if step.target == target and source in step.sources)
        return next((step for step in fitting if by in step.by), None)


def sql_list(states: Iterable[str]) -> LiteralString:
    """The states as SQL literals: for schemas, and for statements that a partial index must serve."""
    return ", ".join(f"'{state}'" for state in states)
