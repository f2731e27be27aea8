"""A shop's variables are kept in a file that every command reads."""

import os
from pathlib import Path

import pytest

from deploy.local.shop_variables import take_shop_variables
from libs.servers.processes import ServerFailed

FILE = 'STORE_TIMEZONE=America/Tijuana\nSHOP_NAME="Abarrotes Ana"\nSHOP_RFC=XAXX010101000\n'
NAMES = ("STORE_TIMEZONE", "SHOP_NAME", "SHOP_RFC")


@pytest.fixture
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that it is put back at the end, also if it was not there
        monkeypatch.delenv(name)
    return tmp_path / "run"


def taken(state_dir: Path) -> list[str | None]:
    take_shop_variables(state_dir)
    return [os.environ.get(name) for name in NAMES]


def test_the_file_beside_the_suites_folder_says_what_the_caller_has_not_set(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (state_dir.parent / ".env").write_text(FILE)
    monkeypatch.setenv("SHOP_NAME", "Otra")
    monkeypatch.setenv("SHOP_RFC", "")
    assert taken(state_dir) == ["America/Tijuana", "Otra", ""]


def test_a_file_in_another_encoding_is_told(state_dir: Path) -> None:
    (state_dir.parent / ".env").write_text('SHOP_ADDRESS="Av. Juárez 12"\n', encoding="latin-1")
    with pytest.raises(ServerFailed, match="is not in UTF-8"):
        taken(state_dir)


def test_without_a_file_nothing_is_set(state_dir: Path) -> None:
    assert taken(state_dir) == [None, None, None]
