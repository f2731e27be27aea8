"""Log files are followed while they grow and rotate."""

from pathlib import Path

import pytest

from deploy.local.following import Logs
from libs.common.log_file import KEPT


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "sales.log"


def new_lines(logs: Logs) -> list[str]:
    """The lines that are there now."""
    rounds = iter([False, True])
    return [line for _, line in logs.follow(until=lambda: next(rounds))]


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_the_last_lines_come_first_then_the_new_ones(log: Path) -> None:
    append(log, "1\n2\n3\n")
    logs = Logs([log])
    assert logs.last(2) == [("sales", "2"), ("sales", "3")]
    append(log, "4\n")
    assert new_lines(logs) == ["4"]
    assert new_lines(logs) == []


def test_a_line_is_shown_when_it_is_whole(log: Path) -> None:
    logs = Logs([log])
    append(log, "half")
    assert new_lines(logs) == []
    append(log, " and half\n")
    assert new_lines(logs) == ["half and half"]


def test_a_log_that_is_made_later_is_found(log: Path) -> None:
    logs = Logs([log])
    assert logs.last(10) == []
    append(log, "first\n")
    assert new_lines(logs) == ["first"]


def test_no_line_is_lost_when_the_log_rotates(log: Path) -> None:
    append(log, "1\n")
    logs = Logs([log])
    assert new_lines(logs) == ["1"]
    append(log, "2\n")
    log.rename(log.with_name(f"sales.log.{KEPT}"))
    append(log, "3\n")
    assert new_lines(logs) == ["2", "3"]


def test_a_log_that_is_cut_off_begins_anew(log: Path) -> None:
    append(log, "a long line\n")
    logs = Logs([log])
    logs.last(0)
    log.write_text("new\n")
    assert new_lines(logs) == ["new"]


def test_each_line_has_its_process(tmp_path: Path) -> None:
    paths = [tmp_path / "sales.log", tmp_path / "sales-worker.log"]
    for path in paths:
        append(path, "x\n")
    assert Logs(paths).last(1) == [("sales", "x"), ("sales-worker", "x")]
