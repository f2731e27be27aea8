"""The steps of a rebuild that nobody watches."""


class SilentSteps:
    """Tells nobody (`Steps`)."""

    def begin(self, step: str, total: int | None = None) -> None:
        """A step begins."""

    def advance(self, count: int) -> None:
        """Items are done."""
