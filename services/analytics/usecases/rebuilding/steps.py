"""The port for the progress of a rebuild."""

from typing import Protocol


class Steps(Protocol):
    """Hears of the steps of a long command, one after the other."""

    def begin(self, step: str, total: int | None = None) -> None:
        """A step begins, and the one before has ended. `total`: about how many items it has."""

    def advance(self, count: int) -> None:
        """This many more items of the step are done."""
