"""Distributes the tests of a parallel run over its workers: a worker gets a file whole, or a folder.

The ini option `one_worker` names the folders whose files share what is dear to start, as a suite. Their tests
come first: such a folder takes one worker longer than any file.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

OPTION = "one_worker"


def folder_of(nodeid: str, folders: list[str]) -> str | None:
    """The one of the folders that the test is in; `None` if it is in none."""
    return next((folder for folder in folders if nodeid.startswith(f"{folder}/")), None)


def folders_first(items: list[pytest.Item], folders: list[str]) -> None:
    """Put the tests in the folders first, and change no order else."""
    items.sort(key=lambda item: folder_of(item.nodeid, folders) is None)


def by_file_or_folder(config: pytest.Config, log: Any) -> "LoadFileScheduling":
    """The scheduler for `--dist loadfile`."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrFolder(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return folder_of(nodeid, folders) or super()._split_scope(nodeid)

    folders: list[str] = config.getini(OPTION)
    return ByFileOrFolder(config, log)
