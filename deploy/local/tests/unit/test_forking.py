"""A module that runs in a fork behaves as `python -m` does, and finds all packages imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.forking import is_ours
from deploy.local.layout import ROOT, Layout, Ports

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere supervisord executes everything")

RUN = """
import sys
from deploy.local.forking import run_module
run_module([sys.executable, "-m", "program", "one"], {"SUPERVISOR_PROCESS_NAME": "sales", "ONLY": "this"})
"""
IMPORTED = """
import sys
from importlib import import_module
from deploy.local.forking import PACKAGES
for package in PACKAGES:
    import_module(package)
before = set(sys.modules)
for module in sys.argv[1:]:
    import_module(module)
for name in set(sys.modules) - before:
    if "site-packages" in (getattr(sys.modules[name], "__file__", None) or ""):
        print(name.partition(".")[0])
"""


def run(code: str, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(folder), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.mark.parametrize(
    ("program", "status", "output", "error"),
    [
        ("import sys; print(sys.argv[1:], __name__)", 0, "['one'] __main__\n", ""),
        ("import os; print(dict(os.environ)['ONLY'], len(os.environ))", 0, "this 2\n", ""),
        ("print(open('/proc/self/comm').read())", 0, "sales\n\n", ""),
        ("import sys; sys.exit(3)", 3, "", ""),
        ("import sys; sys.exit('sales: no key')", 1, "", "sales: no key\n"),
        ("raise ValueError('no')", 1, "", "ValueError: no\n"),
    ],
    ids=("arguments", "environment", "name", "status", "message", "error"),
)
def test_a_module_runs_and_ends_as_a_program(
    tmp_path: Path, program: str, status: int, output: str, error: str
) -> None:
    (tmp_path / "program.py").write_text(program)
    done = run(RUN, folder=tmp_path)
    assert (done.returncode, done.stdout) == (status, output)
    assert done.stderr.endswith(error)


def test_every_package_of_our_processes_is_imported_before_they_are_forked() -> None:
    modules = {each.module for each in Layout(Ports()).processes}
    done = run(IMPORTED, *modules)
    assert (done.returncode, set(done.stdout.split())) == (0, set()), done.stderr


@pytest.mark.parametrize(
    ("command", "folder", "ours"),
    [
        ((sys.executable, "-m", "services.sales.main"), ROOT, True),
        ((sys.executable, "-m", "services.sales.main"), Path("/"), False),
        (("/usr/bin/python3", "-m", "services.sales.main"), ROOT, False),
        (("/usr/bin/postgres", "-D", "data"), ROOT, False),
    ],
    ids=("ours", "another release", "another interpreter", "a server"),
)
def test_only_our_own_modules_run_in_a_fork(command: tuple[str, ...], folder: Path, ours: bool) -> None:  # noqa: FBT001 - a case of the table
    assert is_ours(command, folder) is ours
