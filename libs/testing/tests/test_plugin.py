"""The pytest plugin, in whole runs of pytest and in this one."""

import asyncio
import signal
import textwrap
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from sys import executable

import pytest

from libs.servers.postgres import answers
from libs.servers.shared import ROOT
from libs.testing.interrupts import interruptible
from libs.testing.waiting import eventually

pytestmark = pytest.mark.timeout(300)

SETTINGS = ROOT / "pyproject.toml"
BEGINNING_SECONDS = 120
"""In which a run on a busy machine has started its PostgreSQL and begun its first test."""


def pytest_run(folder: Path, sources: Mapping[str, str], *options: str) -> Popen[str]:
    """Start pytest with the project's settings on files with these sources, in a folder in its place."""
    for name, source in sources.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(source))
    with interruptible():
        return Popen(
            [executable, "-m", "pytest", "-q", "-c", SETTINGS, "--rootdir", folder, *options, folder],
            cwd=ROOT,
            stdout=PIPE,
            stderr=STDOUT,
            text=True,
        )


@pytest.fixture(scope="module")
def said_of_unit_tests(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The output of a run of the unit tests; another test, which is not selected, asks for a server."""
    unit = """
    def test_one(): pass
    def test_two(postgres_admin_url): pass
    """
    other = "def test_three(postgres_admin_url): pass"
    sources = {"unit/test_unit.py": unit, "test_other.py": other}
    said, _ = pytest_run(tmp_path_factory.mktemp("unit_tests"), sources, "-m", "unit").communicate()
    return said


def test_a_unit_test_gets_no_server(said_of_unit_tests: str) -> None:
    assert "a test in a folder named unit must not ask for a server" in said_of_unit_tests


def test_a_unit_test_is_marked_as_one(said_of_unit_tests: str) -> None:
    assert "1 passed, 1 deselected, 1 error" in said_of_unit_tests


def test_a_run_whose_tests_ask_for_no_server_starts_none(said_of_unit_tests: str) -> None:
    assert "starting" not in said_of_unit_tests


def test_all_workers_of_a_run_share_one_server(tmp_path: Path) -> None:
    source = f"""
    import os
    from pathlib import Path
    import pytest

    @pytest.mark.parametrize("number", range(4))
    def test_it(postgres_admin_url, number):
        Path("{tmp_path}", f"{{os.getpid()}}.url").write_text(postgres_admin_url)
    """
    said, _ = pytest_run(tmp_path, {"test_it.py": source}, "-n", "2").communicate()
    assert "4 passed" in said
    written = [path.read_text() for path in tmp_path.glob("*.url")]
    assert (len(written), len(set(written))) == (2, 1)


def test_a_plain_test_finds_no_event_loop_whatever_ran_before_it() -> None:
    with pytest.raises(RuntimeError, match="no current event loop"):
        asyncio.get_event_loop()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_a_run_that_ends_early_leaves_no_server(tmp_path: Path, how: signal.Signals) -> None:
    source = f"""
    import threading
    from pathlib import Path

    def test_it(postgres_admin_url):
        Path("{tmp_path}", "url").write_text(postgres_admin_url)
        threading.Event().wait(60)
    """
    run = pytest_run(tmp_path, {"test_it.py": source})
    written = tmp_path / "url"
    url = await eventually(lambda: written.exists() and written.read_text(), timeout=BEGINNING_SECONDS)
    assert answers(str(url))
    run.send_signal(how)
    run.communicate()
    await eventually(lambda: not answers(str(url)))
