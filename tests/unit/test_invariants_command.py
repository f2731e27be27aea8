"""The operators' command where there is nothing to read."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.layout import ROOT
from tests.e2e.invariants.snapshots import READ_IN_ORDER

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def judged(state_folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.e2e.invariants", "--state-dir", str(state_folder)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.defpath, **variables},
    )


def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    done = judged(tmp_path, {f"{service.upper()}_DATABASE_URL": NOWHERE for service in READ_IN_ORDER})
    assert done.returncode == 3
    assert done.stdout.startswith("could not be read: ")
    assert done.stderr == ""


def test_without_addresses_the_missing_variables_are_named(tmp_path: Path) -> None:
    done = judged(tmp_path, {"SALES_DATABASE_URL": NOWHERE})
    assert done.returncode == 3
    assert "AUTH_DATABASE_URL" in done.stdout
    assert "SALES_DATABASE_URL" not in done.stdout
