"""Chooses the newest event of each product, supplier, customer or user of a batch."""

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from libs.common.contracts.event import Event
from libs.common.messaging.envelope import Received

E = TypeVar("E", bound=Event)


def newest(events: Iterable[Received[E]], subject: Callable[[E], int]) -> Collection[Received[E]]:
    """The event of the highest `sequence` for each subject, because a statement cannot change a row twice."""
    in_order = sorted(events, key=lambda each: each.sequence)
    return {subject(each.event): each for each in in_order}.values()
