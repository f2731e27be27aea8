"""A service under development is restarted when its own sources change, or shared ones."""

import io
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console
from watchfiles import Change

from deploy.local import development
from deploy.local.development import is_source, reload, sources_of
from deploy.local.layout import ROOT
from libs.servers.processes import ServerFailed


class Suite:
    """Notes what it is asked to do."""

    processes = (SimpleNamespace(name="sales"), SimpleNamespace(name="sales-worker"))
    state = None

    def __init__(self) -> None:
        self.done: list[str] = []

    def stop_process(self, name: str) -> None:
        self.done.append(f"stop {name}")

    def start_process(self, name: str) -> None:
        self.done.append(f"start {name}")


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("services/sales/usecases/orders/placing.py", True),
        ("libs/common/db/database.py", True),
        ("services/sales/tests/unit/test_pricing.py", False),
        ("services/sales/migrations/versions/2026_1.py", False),
        ("services/sales/README.md", False),
        ("services/sales/deps.py.swp", False),
        ("web/till/main.js", True),
        ("web/tests/money.test.js", False),
    ],
)
def test_what_a_process_imports_counts_as_a_change(path: str, *, counts: bool) -> None:
    assert is_source(Change.modified, str(ROOT / path)) is counts


@pytest.mark.parametrize("of", ["sales", "gateway"])
def test_every_watched_folder_is_there(of: str) -> None:
    assert all(folder.is_dir() for folder in sources_of(of))


STOP_START = ["stop sales", "stop sales-worker", "start sales", "start sales-worker"]


@pytest.mark.parametrize(
    ("failure", "done", "told"),
    [
        (None, STOP_START, "sales and sales-worker ready"),
        ("sales does not start", [*STOP_START, *STOP_START[:2]], "sales does not start; stopped until"),
    ],
)
def test_a_change_that_does_not_start_is_named_and_waits_for_the_next(
    failure: str | None, done: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait_ready(*_: Any, **__: Any) -> None:
        if failure:
            raise ServerFailed(f"{failure}\nits log")

    monkeypatch.setattr(development, "wait_ready", wait_ready)
    suite, console = Suite(), Console(file=io.StringIO(), width=200)
    reload(cast("Any", suite), ["sales", "sales-worker"], console)
    assert suite.done == done
    assert told in console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
