"""Settings that are missing or wrong end a process with one line."""

import re
from pathlib import Path
from typing import Annotated, Self

import pytest
from pydantic import Field, SecretStr, TypeAdapter, ValidationError, field_validator, model_validator

from libs.common.settings import (
    BrokerUrl,
    DatabaseUrl,
    EnvironmentSettings,
    HttpUrl,
    LogLevel,
    TraceSettings,
    of_environment,
)
from libs.common.settings_values import SECRET


class BoilerSettings(EnvironmentSettings):
    """Of a process that heats water."""

    boiler_url: HttpUrl
    boiler_folder: Path
    boiler_degrees: int = Field(default=60, ge=40)
    boiler_colour: str = "white"

    @field_validator("boiler_colour")
    @classmethod
    def _can_be_bought(cls, colour: str) -> str:
        if colour != "white":
            raise ValueError("there is white only")
        return colour


class SafeSettings(EnvironmentSettings):
    """Of a process with secrets."""

    safe_url: DatabaseUrl
    safe_password: Annotated[SecretStr | None, SECRET] = Field(default=None, min_length=8)
    safe_name: str = ""


class CoupleSettings(EnvironmentSettings):
    """Of a process with two variables that go together."""

    couple_left: str = ""
    couple_right: str = ""

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.couple_left) != bool(self.couple_right):
            raise ValueError("COUPLE_LEFT and COUPLE_RIGHT go together")
        return self


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


def test_every_problem_stands_in_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOILER_FOLDER")
    monkeypatch.setenv("BOILER_URL", "boiler:80")
    monkeypatch.setenv("BOILER_DEGREES", "warm")
    monkeypatch.setenv("BOILER_COLOUR", "green")
    assert line_of(BoilerSettings) == (
        "not set in the environment: BOILER_FOLDER; "
        "BOILER_URL: must begin with http:// or https://; "
        "BOILER_DEGREES: Input should be a valid integer, unable to parse string as an integer; "
        "BOILER_COLOUR: there is white only"
    )


def test_a_rule_about_several_variables_is_told_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPLE_LEFT", "one")
    assert line_of(CoupleSettings) == "COUPLE_LEFT and COUPLE_RIGHT go together"


def test_a_level_of_the_log_is_taken_in_any_letter_case() -> None:
    assert TypeAdapter(LogLevel).validate_python("debug") == "DEBUG"


@pytest.mark.parametrize("headers", ["secret-key", "api-key=secret-key,secret-key", "=secret-key"])
def test_headers_of_a_collector_that_cannot_be_read_are_refused_and_not_told(
    headers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", headers)
    with pytest.raises(SystemExit, match=r"^OTEL_EXPORTER_OTLP_HEADERS: ") as ended:
        of_environment(TraceSettings)
    assert "secret" not in str(ended.value)


UNREADABLE = "no address can be read from it; in a login / is written %2F, @ %40 and % %25, and so on"


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://me:hu/sh@host/safe",
            "postgresql://me:hu@sh@host/safe",
            "postgresql://me:hu%sh@host/safe",
            "postgresql://me:hush@host:hu sh/safe",
        ],
    )
    def test_a_database_whose_password_hides_its_host_is_refused_and_not_told(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SAFE_URL", url)
        assert line_of(SafeSettings) == f"SAFE_URL: {UNREADABLE}"

    @pytest.mark.parametrize(
        "url",
        ["amqp://me:hu/sh@host/", "amqp://me:hu#sh@host/", "amqp://me:hu?sh@host/", "amqp://"],
    )
    def test_so_is_a_broker(self, url: str) -> None:
        with pytest.raises(ValidationError, match=re.escape(UNREADABLE)):
            TypeAdapter(BrokerUrl).validate_python(url)

    @pytest.mark.parametrize("url", ["http://", "http://boiler:warm/", "http://boi ler:80x/"])
    def test_an_address_without_a_host_or_with_a_port_in_words_is_refused(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BOILER_URL", url)
        assert line_of(BoilerSettings) == f"BOILER_URL: {UNREADABLE}"

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://me:hu%2Fsh@host:5432/safe?sslmode=require",
            "postgresql://me:hu#s?h@one:5432,two:5433/safe?target_session_attrs=read-write",
            "postgresql://me@/safe?host=/var/run/postgresql",
            "postgresql://me:hush@[::1]/safe",
        ],
    )
    def test_several_hosts_a_socket_and_written_characters_are_good(self, url: str) -> None:
        assert TypeAdapter(DatabaseUrl).validate_python(url) == url


class TestSecrets:
    URL = "postgresql://me:hush@host/safe"

    @pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
    def test_a_file_is_as_good_as_the_variable(
        self, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SAFE_URL_FILE", in_file(tmp_path / "url", self.URL + ending))
        monkeypatch.setenv("SAFE_PASSWORD_FILE", in_file(tmp_path / "password", " eight chars \n" + ending))
        settings = of_environment(SafeSettings)
        assert settings.safe_url == self.URL
        assert settings.safe_password
        assert settings.safe_password.get_secret_value() == " eight chars " + ("\n" if ending else "")

    def test_the_variable_alone_is_good(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAFE_URL", self.URL)
        settings = of_environment(SafeSettings)
        assert (settings.safe_url, settings.safe_password) == (self.URL, None)

    def test_both_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAFE_URL", self.URL)
        monkeypatch.setenv("SAFE_URL_FILE", in_file(tmp_path / "url", self.URL))
        assert line_of(SafeSettings) == "SAFE_URL: SAFE_URL_FILE is set too; set one of them"

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("absent", "No such file or directory"),
            (".", "Is a directory"),
            ("binary", "it is not UTF-8"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_named_with_the_reason(
        self, name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "binary").write_bytes(b"\xff")
        path = tmp_path / name
        monkeypatch.setenv("SAFE_URL_FILE", str(path))
        assert line_of(SafeSettings) == (
            f"SAFE_URL: SAFE_URL_FILE names {str(path)!r}, which can't be read: {reason}"
        )

    def test_a_variable_that_names_no_file_is_told_as_empty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAFE_URL_FILE", "")
        assert line_of(SafeSettings) == "SAFE_URL: SAFE_URL_FILE is empty; it names a file"

    def test_no_secret_is_told_with_its_problem(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SAFE_URL", "me:hush@host/safe")
        monkeypatch.setenv("SAFE_PASSWORD_FILE", in_file(tmp_path / "password", "hush"))
        line = line_of(SafeSettings)
        assert re.fullmatch("SAFE_URL: must begin with .+; SAFE_PASSWORD: .+ at least 8 .+", line)
        assert "hush" not in line

    def test_what_is_no_secret_has_no_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAFE_URL", self.URL)
        monkeypatch.setenv("SAFE_NAME_FILE", in_file(tmp_path / "name", "blue"))
        assert not of_environment(SafeSettings).safe_name


def in_file(path: Path, content: str) -> str:
    """Write the content byte for byte. Returns the file's path."""
    path.write_bytes(content.encode())
    return str(path)


def line_of(settings: type[EnvironmentSettings]) -> str:
    """The line with which a start ends."""
    with pytest.raises(SystemExit) as ended:
        of_environment(settings)
    return str(ended.value.code)
