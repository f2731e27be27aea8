"""The installation of a package, and a caller that does not wait for its end."""

from pathlib import Path

import pytest

from libs.servers import debian

TALKATIVE = """
set -e
echo Unpacking it
yes | head -c 200000
touch "$1"
"""
"""Says more than fits into a pipe."""


def test_an_installation_comes_to_its_end_although_its_caller_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "installed"
    monkeypatch.setattr(debian, "INSTALL", TALKATIVE)
    monkeypatch.setattr(debian, "_privileges", list)

    def tell(line: str) -> None:
        if line == "Unpacking it":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        debian.install(str(installed), tell)
    assert installed.exists()
