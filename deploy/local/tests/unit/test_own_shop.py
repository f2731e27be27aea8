"""`make demo` and `make sample` play nothing where they cannot, and say why."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import demo
from deploy.local.sample import __main__ as sample
from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.terminal import alone_in


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


@pytest.mark.parametrize("play", [demo.main, sample.main], ids=["demo", "sample"])
def test_what_fills_the_demo_shop_tells_of_a_damaged_memory(
    play: Callable[[], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "state.json").touch()
    monkeypatch.setattr(demo, "StateFolder", lambda: StateFolder(tmp_path))
    monkeypatch.setattr(sample, "LocalSuite", lambda: LocalSuite(tmp_path))
    monkeypatch.setattr(sys, "argv", ["make"])
    with pytest.raises(SystemExit) as end:
        play()
    assert end.value.code == 1
    assert f"{tmp_path / 'state.json'} is damaged" in capsys.readouterr().out


def test_a_second_sample_at_once_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = StateFolder(tmp_path).make()
    state.remember(database_urls={"sales": "postgresql://db/sales"})
    monkeypatch.setattr(sample, "LocalSuite", lambda: LocalSuite(tmp_path))
    monkeypatch.setattr(sys, "argv", ["make"])
    with alone_in(state, "sample"), pytest.raises(SystemExit) as end:
        sample.main()
    assert end.value.code == 1
    assert f"make sample (process {os.getpid()}) is at work just now" in capsys.readouterr().out


@pytest.mark.parametrize("play", [demo.main, sample.main], ids=["demo", "sample"])
def test_ctrl_c_ends_what_fills_the_demo_shop_in_a_line(
    play: Callable[[], int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "StateFolder", interrupted)
    monkeypatch.setattr(sample, "LocalSuite", interrupted)
    monkeypatch.setattr(sys, "argv", ["make"])
    with pytest.raises(SystemExit) as end:
        play()
    assert (end.value.code, capsys.readouterr().err) == (130, "Interrupted.\n")
