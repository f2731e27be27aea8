"""A private file is written whole or not at all, and only its owner may read it."""

import errno
import os
import stat
from pathlib import Path

import pytest

from libs.common.private_file import private_file, write_private


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "password"


def test_it_is_there_after_the_block_for_its_owner_only(path: Path) -> None:
    with private_file(path, "secret\n"):
        assert not path.exists()
    assert path.read_text() == "secret\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_replaces_a_file_that_others_could_read(path: Path) -> None:
    path.write_text("before")
    path.chmod(0o644)
    write_private(path, "secret")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("secret", 0o600)


def test_it_is_on_the_disk_before_it_gets_its_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power failure a name without its text would have lost what it replaced."""
    synced: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append((os.fstat(file).st_size, path.exists())))
    write_private(path, "secret")
    assert synced == [(len("secret"), False)]


def test_after_an_error_the_file_is_as_before_and_nothing_else_is_left(path: Path) -> None:
    path.write_text("before")
    with pytest.raises(LookupError), private_file(path, "secret"):
        raise LookupError
    assert [(each.name, each.read_text()) for each in path.parent.iterdir()] == [("password", "before")]


def test_of_a_text_that_cannot_be_written_nothing_is_left(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_private(path, "secret")
    assert list(path.parent.iterdir()) == []


def test_a_folder_that_is_not_there_is_found_before_the_work(path: Path) -> None:
    worked = False
    with pytest.raises(FileNotFoundError), private_file(path / "in" / "none", "secret"):
        worked = True
    assert not worked
