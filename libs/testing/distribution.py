"""Distributes the tests of a parallel run over its workers: a worker gets a file whole, or a folder.

The ini option `one_worker` names the folders whose files share what is dear to start, as a suite. Their tests
come first: such a folder takes one worker longer than any file.
"""

from typing import Any

import pytest

OPTION = "one_worker"


def folder_of(nodeid: str, folders: list[str]) -> str | None:
    """The one of the folders that the test is in; `None` if it is in none."""
    return next((folder for folder in folders if nodeid.startswith(f"{folder}/")), None)


def folders_first(items: list[pytest.Item], folders: list[str]) -> None:
    """Put the tests in the folders first, and change no order else."""
    items.sort(key=lambda item: folder_of(item.nodeid, folders) is None)


def by_file_or_folder(config: pytest.Config, log: Any) -> Any:
    """The scheduler for `--dist loadfile`: xdist's, to which such a folder is one file."""
    from xdist.scheduler import LoadFileScheduling

    folders: list[str] = config.getini(OPTION)
    scheduler = LoadFileScheduling(config, log)
    file_of = scheduler._split_scope
    scheduler._split_scope = lambda nodeid: folder_of(nodeid, folders) or file_of(nodeid)
    return scheduler
