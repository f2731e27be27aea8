"""Runs the operators' commands behind `make admin` and `make keys`."""

import subprocess
import sys

from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite


def operate(suite: LocalSuite, *arguments: str) -> str:
    """Run a command for this suite and return its output. Raises if it failed."""
    folder = ("--state-dir", str(suite.state.path))
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", *folder, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return done.stdout
