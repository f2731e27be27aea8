"""The newest key signs, all are published; a folder that can't be trusted is refused."""

from pathlib import Path

import pytest

from libs.common.auth.keys import SigningKey, UnusableKey
from services.auth.clients.signing_keys import load_signing_keys
from services.auth.tests.builders import signing_keys

OLD, NEW = SigningKey.generate("2026-02"), SigningKey.generate("2026-03")


def test_the_last_by_name_signs(tmp_path: Path) -> None:
    assert load_signing_keys(signing_keys(tmp_path, NEW, OLD)).active.kid == "2026-03"


def test_all_are_published(tmp_path: Path) -> None:
    keys = load_signing_keys(signing_keys(tmp_path, NEW, OLD))
    assert [key.kid for key in keys.published] == ["2026-02", "2026-03"]


def test_another_one_signs_if_it_is_named(tmp_path: Path) -> None:
    assert load_signing_keys(signing_keys(tmp_path, NEW, OLD), active="2026-02").active.kid == "2026-02"


def test_a_named_key_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="no signing key named 2026-01"):
        load_signing_keys(signing_keys(tmp_path, NEW), active="2026-01")


def test_a_folder_without_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="no signing key"):
        load_signing_keys(tmp_path / "nowhere")


def test_one_key_that_everybody_can_read_is_enough_to_refuse(tmp_path: Path) -> None:
    folder = signing_keys(tmp_path, OLD, NEW)
    (folder / "2026-02.pem").chmod(0o644)
    with pytest.raises(UnusableKey, match="chmod 600"):
        load_signing_keys(folder)
