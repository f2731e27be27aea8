"""A backup of the large shop and its restore: each step with its duration."""

from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from deploy.local.backups import back_up
from deploy.local.progress import ConsoleSteps
from deploy.local.restoring import restore
from deploy.local.suite import LocalSuite
from libs.services import SERVICES

RESTORE = "restore"


def back_up_and_restore(local: LocalSuite, console: Console) -> None:
    """Copy the suite's databases and put the copies in their place."""
    with TemporaryDirectory(dir=local.state.path) as folder, ConsoleSteps(console) as steps:
        made = back_up(local, Path(folder) / "backup", steps)
        console.print(f"{made.size / 1e6:,.0f} MB")
        restore(local, made, SERVICES, steps)
