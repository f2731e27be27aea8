"""The table of `make bars`: needs of a cashier, their bars, the figures seen, and the machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One bar and what was seen."""

    need: str
    bar: str
    seen: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars that were looked at so far."""

    rows: list[Row] = field(default_factory=list)

    def hold(self, need: str, bar: str, seen: str, *, is_met: bool) -> None:
        """Note what was seen, and fail if the bar is not met."""
        self.rows.append(Row(need, bar, seen, is_met))
        assert is_met, f"{need}: {seen}, wanted {bar}"

    def at_most(self, need: str, limit: float, seen: float, unit: str, *, beside: str = "") -> None:
        """Hold that a figure is at most its limit; `beside` is shown with it."""
        shown = f"{seen:,.0f} {unit}" + (f" ({beside})" if beside else "")
        self.hold(need, f"≤ {limit:,.0f} {unit}", shown, is_met=seen <= limit)


@contextmanager
def told_bars() -> Iterator[Bars]:
    """Bars that are shown as a table when the block ends, whatever became of them."""
    bars = Bars()
    try:
        yield bars
    finally:
        _show(bars)


def _show(bars: Bars) -> None:
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    title = f"{os.cpu_count()} cores, load {load}"
    table = Table("need", "bar", "seen", "", title=title, title_justify="left")
    for row in bars.rows:
        table.add_row(row.need, row.bar, row.seen, "[green]yes[/]" if row.is_met else "[red]NO[/]")
    console = Console(highlight=False)
    console.print()
    console.print(table)
