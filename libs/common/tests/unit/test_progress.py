"""Bars appear for what takes long, in a terminal, and leave stdout alone; elsewhere steps are lines."""

import io
import sys

import pytest
from rich.console import Console

from libs.common.progress import LATE_SECONDS, LateProgress, StepProgress


class Watch:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def shown(watch: Watch, *, seconds: float, terminal: bool = True, hidden: bool = False) -> str:
    """What is written for work that takes so long."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    before = sys.stdout
    with LateProgress("reading", hidden=hidden, console=console, clock=watch) as progress:
        watch.now += seconds
        progress.reach(0.5, "7 events read")
        assert sys.stdout is before
    written: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    return written


def test_what_takes_long_has_a_bar(watch: Watch) -> None:
    written = shown(watch, seconds=LATE_SECONDS + 0.1)
    assert "7 events read" in written
    assert "50%" in written


def test_what_is_quick_has_none(watch: Watch) -> None:
    assert shown(watch, seconds=LATE_SECONDS - 0.1) == ""


@pytest.mark.parametrize("how", [{"terminal": False}, {"hidden": True}])
def test_there_is_none_where_nobody_would_see_it(watch: Watch, how: dict[str, bool]) -> None:
    assert shown(watch, seconds=60, **how) == ""


def steps_shown(watch: Watch, *, terminal: bool) -> tuple[str, dict[str, int]]:
    """What is written for a quick step, one with items that takes 3 s, and one without that takes 4 s."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with StepProgress(console=console, clock=watch) as steps:
        steps.begin("suppliers", 0)
        steps.begin("paid orders", 3_000)
        steps.advance(1_500)
        watch.now += 3
        steps.advance(700)
        steps.begin("comparing")
        watch.now += 4
    written: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    return written, steps.counts


def test_each_step_has_a_bar_in_a_terminal_with_its_items(watch: Watch) -> None:
    written, counts = steps_shown(watch, terminal=True)
    assert "2,200 paid orders" in written
    assert "comparing" in written
    assert counts == {"suppliers": 0, "paid orders": 2_200}


def test_elsewhere_a_step_that_took_long_has_a_line(watch: Watch) -> None:
    written, _ = steps_shown(watch, terminal=False)
    assert written.splitlines() == ["2,200 paid orders: 3.0 s", "comparing: 4.0 s"]
