"""Values of settings: addresses, and secrets, which may also be in files.

Pydantic's own secrets source reads a folder with a file for each field. Containers and their images agree on
`<NAME>_FILE` instead: the variable that names the file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import EnvSettingsSource
from yarl import URL

from libs.common.secret_files import file_variable


@dataclass(frozen=True, slots=True)
class Address:
    """Accepts addresses that begin with one of the schemes and that `hosts_of`, as their client, can read.

    The error shows nothing of the address: what is read as its host or port may be part of a password.
    """

    schemes: tuple[str, ...]
    hosts_of: Callable[[str], str]

    def __call__(self, text: str) -> str:
        """Return the address. Raises `ValueError`."""
        if not text.startswith(self.beginnings):
            raise ValueError(f"must begin with {' or '.join(self.beginnings)}")
        if not self._is_readable(text):
            raise ValueError(
                "no address can be read from it; in a login / is written %2F, @ %40 and % %25, and so on"
            )
        return text

    def _is_readable(self, text: str) -> bool:
        try:
            return "@" not in self.hosts_of(text)
        except (ValueError, ProgrammingError):
            return False

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The schemes as an address begins with them."""
        return tuple(f"{scheme}://" for scheme in self.schemes)


def address(*schemes: str) -> AfterValidator:
    """Validates the address of a server that is reached by HTTP or AMQP."""
    return AfterValidator(Address(schemes, _host_of_url))


def database_address(*schemes: str) -> AfterValidator:
    """Validates the address of a database, which may have several hosts, or none and a socket."""
    return AfterValidator(Address(schemes, _hosts_of_database))


def _host_of_url(text: str) -> str:
    host = URL(text).host
    if not host:
        raise ValueError("it has no host")
    return host


def _hosts_of_database(text: str) -> str:
    read = conninfo_to_dict(text)
    for port in str(read.get("port") or 0).split(","):
        int(port)
    return str(read.get("host", ""))


@dataclass(frozen=True, slots=True)
class _Unusable:
    """Takes the place of a secret that has no usable value, so that it is told with all other problems."""

    reason: str


def _usable(value: Any) -> Any:
    if isinstance(value, _Unusable):
        raise PydanticCustomError("secret_file", "{reason}", {"reason": value.reason})
    return value


SECRET = BeforeValidator(_usable)
"""Marks a field whose value is a secret: `<NAME>_FILE` may name a file that contains it."""


def is_secret(field: FieldInfo) -> bool:
    """Whether the field is marked as a `SECRET`."""
    return SECRET in field.metadata


class EnvironmentWithFiles(EnvSettingsSource):
    """The environment variables, and the contents of the files that they name for secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """As its base class; a secret comes from its variable or its file, and from both it is unusable."""
        value, key, is_complex = super().get_field_value(field, field_name)
        if not is_secret(field):
            return value, key, is_complex
        variable = file_variable(field_name.upper())
        path = self.env_vars.get(variable.lower())
        if path is None:
            return value, key, is_complex
        if value is not None:
            return _Unusable(f"{variable} is set too; set one of them"), key, False
        if not path:
            return _Unusable(f"{variable} is empty; it names a file"), key, False
        return _content(variable, Path(path)), key, False


def _content(variable: str, path: Path) -> str | _Unusable:
    """The file's text without the newline at its end."""
    try:
        text = path.read_bytes().decode()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        return _Unusable(f"{variable} names {str(path)!r}, which can't be read: {reason}")
    return text.removesuffix("\n").removesuffix("\r")
