"""The pytest plugin in whole runs of pytest."""

import signal
import textwrap
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from sys import executable

import pytest

from libs.servers.postgres import answers
from libs.servers.shared import ROOT
from libs.testing.interrupts import interruptible
from libs.testing.waiting import eventually

SETTINGS = ROOT / "pyproject.toml"


def pytest_run(folder: Path, name: str, source: str, *options: str) -> Popen[str]:
    """Start pytest with the project's settings on one file, in a folder in place of the project's."""
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(textwrap.dedent(source))
    with interruptible():
        return Popen(
            [executable, "-m", "pytest", "-q", "-c", SETTINGS, "--rootdir", folder, *options, file],
            cwd=ROOT,
            stdout=PIPE,
            stderr=STDOUT,
            text=True,
        )


def test_a_unit_test_gets_no_server(tmp_path: Path) -> None:
    source = "def test_it(postgres_admin_url): pass"
    said, _ = pytest_run(tmp_path, "unit/test_it.py", source).communicate()
    assert "a test in a folder named unit must not ask for a server" in said
    assert "starting PostgreSQL" not in said


def test_a_unit_test_is_marked_as_one(tmp_path: Path) -> None:
    said, _ = pytest_run(tmp_path, "unit/test_it.py", "def test_it(): pass", "-m", "unit").communicate()
    assert "1 passed" in said


def test_a_run_whose_tests_ask_for_no_server_starts_none(tmp_path: Path) -> None:
    source = """
    def test_one(): pass
    def test_two(postgres_admin_url): pass
    """
    said, _ = pytest_run(tmp_path, "test_it.py", source, "-k", "one").communicate()
    assert "1 passed" in said
    assert "starting" not in said


def test_all_workers_of_a_run_share_one_server(tmp_path: Path) -> None:
    source = f"""
    import os
    from pathlib import Path
    import pytest

    @pytest.mark.parametrize("number", range(4))
    def test_it(postgres_admin_url, number):
        Path("{tmp_path}", f"{{os.getpid()}}.url").write_text(postgres_admin_url)
    """
    said, _ = pytest_run(tmp_path, "test_it.py", source, "-n", "2").communicate()
    assert "4 passed" in said
    written = [path.read_text() for path in tmp_path.glob("*.url")]
    assert (len(written), len(set(written))) == (2, 1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_a_run_that_ends_early_leaves_no_server(tmp_path: Path, how: signal.Signals) -> None:
    source = f"""
    import threading
    from pathlib import Path

    def test_it(postgres_admin_url):
        Path("{tmp_path}", "url").write_text(postgres_admin_url)
        threading.Event().wait(60)
    """
    run = pytest_run(tmp_path, "test_it.py", source)
    url = await eventually(lambda: (tmp_path / "url").exists() and (tmp_path / "url").read_text(), timeout=30)
    assert answers(str(url))
    run.send_signal(how)
    run.communicate()
    await eventually(lambda: not answers(str(url)))
