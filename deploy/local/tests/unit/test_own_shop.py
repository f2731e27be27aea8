"""Nothing is played in a shop that is no demo."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import demo
from deploy.local.sample import __main__ as sample
from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite


@pytest.mark.parametrize("play", [demo.main, sample.main], ids=["demo", "sample"])
def test_what_fills_the_demo_shop_leaves_another_alone(
    play: Callable[[], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    StateFolder(tmp_path).make().remember(has_demo=False, database_urls={"sales": "postgresql://db/sales"})
    monkeypatch.setattr(demo, "StateFolder", lambda: StateFolder(tmp_path))
    monkeypatch.setattr(sample, "LocalSuite", lambda: LocalSuite(tmp_path))
    monkeypatch.setattr(sys, "argv", ["make"])
    assert play() == 2
    assert "a shop of your own" in capsys.readouterr().out
