"""An earlier revision, checked out beside the working tree, with its own virtual environment if needed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.layout import ROOT
from deploy.local.sources import OURS, Sources
from libs.servers.processes import ServerFailed

CHECKOUT = ROOT / ".run/base"
LOCK = "requirements/dev.txt"
"""Everything that a virtual environment is made from."""


@contextmanager
def checked_out(revision: str) -> Iterator[Sources]:
    """The sources of a git revision during the block. Raises `ServerFailed` if there is no such revision.

    They run with our interpreter, unless their locks differ from ours: then they get their own.
    """
    commit = _run("git", "rev-parse", "--verify", "--short", f"{revision}^{{commit}}").strip()
    _remove()  # left by a killed run
    _run("git", "worktree", "add", "--detach", CHECKOUT, commit)
    try:
        yield Sources(commit, CHECKOUT, _interpreter())
    finally:
        _remove()


def _remove() -> None:
    shutil.rmtree(CHECKOUT, ignore_errors=True)
    _run("git", "worktree", "prune")


def _interpreter() -> Path:
    if (CHECKOUT / LOCK).read_bytes() == (ROOT / LOCK).read_bytes():
        return OURS.python
    _run("make", "-C", CHECKOUT, "setup", f"PYTHON={sys.executable}")
    return CHECKOUT / ".venv/bin/python"


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise ServerFailed(f"{' '.join(map(str, command))} failed:\n{done.stderr or done.stdout}")
    return done.stdout
