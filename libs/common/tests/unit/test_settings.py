"""Settings that are missing or wrong end a process with one line."""

from pathlib import Path

import pytest
from pydantic import Field
from pydantic_settings import BaseSettings

from libs.common.settings import of_environment


class BoilerSettings(BaseSettings):
    """Of a process that heats water."""

    boiler_url: str
    boiler_folder: Path
    boiler_degrees: int = Field(default=60, ge=40)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOILER_URL", "http://boiler")
    monkeypatch.setenv("BOILER_FOLDER", "boiler")


def test_good_settings_are_read() -> None:
    assert of_environment(BoilerSettings).boiler_degrees == 60


def test_missing_variables_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOILER_URL")
    monkeypatch.delenv("BOILER_FOLDER")
    with pytest.raises(SystemExit, match=r"^not set in the environment: BOILER_URL, BOILER_FOLDER$"):
        of_environment(BoilerSettings)


def test_a_wrong_value_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOILER_URL")
    monkeypatch.setenv("BOILER_DEGREES", "20")
    with pytest.raises(
        SystemExit,
        match=r"^not set in the environment: BOILER_URL; "
        r"BOILER_DEGREES: Input should be greater than or equal to 40$",
    ):
        of_environment(BoilerSettings)
