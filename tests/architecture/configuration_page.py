"""Writes docs/configuration.md: every variable, made from the settings classes (`make configuration`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import AfterValidator, SecretStr
from pydantic.fields import FieldInfo

from libs.common.http.member_docstrings import docstrings_in
from libs.common.secret_files import file_variable
from libs.common.settings import EnvironmentSettings
from libs.common.settings_values import Address, is_secret
from libs.services import SERVICES
from tests.architecture.deployed import READERS
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "configuration.md"
INTRODUCTION = """\
# Configuration

Written by `make configuration` from the settings classes, which processes and commands read from their
environment (`settings.py` of each service and the gateway; a command's class is in its own file).

- A variable without a default must be set. A process or command that lacks one, or has a wrong value, ends
  at its start with exit status 1 and one line that names every variable at fault, without values of secrets.
- **Secrets** may also be in files: `<NAME>_FILE` names a file whose content is the value, without the newline
  at its end. With both set, or with a file that cannot be read, it ends in the same way.
- `SERVICE_KEY_FILE` and `SERVICE_KEYS_FILE` always name files.
- Read by: a service's name means its web process and its worker, "services" those of all services,
  "migrations" `python -m libs.common.db.migrate`. Names with dots are commands, `python -m <name>`.
  `services.catalog.products` reads what catalog reads, `services.sales.reallocate` what sales reads.

| Variable | Read by | Value | Default | Meaning |
|---|---|---|---|---|
"""

TYPES: Mapping[Any, str] = {
    str: "text",
    SecretStr: "text",
    bool: "`true` or `false`",
    int: "whole number",
    Path: "path",
    ZoneInfo: "IANA time zone",
}
NUMBER = "number"
SIGNS = {Ge: ("≥", "ge"), Gt: (">", "gt"), Le: ("≤", "le")}


@dataclass(frozen=True, slots=True)
class Row:
    """What the page says about a variable, except by which processes it is read."""

    variable: str
    value: str
    default: str
    meaning: str


def configuration_page() -> str:
    """The page as stored."""
    return INTRODUCTION + "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    readers: dict[Row, list[str]] = {}
    for reader, settings in READERS.items():
        for row in rows_of(settings):
            readers.setdefault(row, []).append(reader)
    for _, group in groupby(sorted(readers, key=lambda row: row.variable), lambda row: row.variable):
        for row in group:
            read_by = _named(readers[row])
            yield f"| {row.variable} | {read_by} | {row.value} | {row.default} | {row.meaning} |"


def rows_of(settings: type[EnvironmentSettings]) -> Iterator[Row]:
    """What the page says about each variable of these settings."""
    meanings = meanings_of(settings)
    for name, field in settings.model_fields.items():
        variable = name.upper()
        shown = f"`{variable}`"
        if is_secret(field):
            shown += f", `{file_variable(variable)}`"
        yield Row(shown, _value(field), _default(field), " ".join(meanings[name].split()))


@cache
def meanings_of(settings: type[EnvironmentSettings]) -> Mapping[str, str]:
    """The docstring below each field, those of the base classes too."""
    return {
        name: docstring
        for kind in reversed(settings.__mro__)
        if issubclass(kind, EnvironmentSettings)
        for name, docstring in docstrings_in(kind.__module__).get(kind.__qualname__, {}).items()
    }


def _named(readers: list[str]) -> str:
    """The readers in few words."""
    if set(SERVICES) <= set(readers):
        readers = ["services", *(reader for reader in readers if reader not in SERVICES)]
    return ", ".join(f"`{reader}`" if "." in reader else reader for reader in readers)


def _value(field: FieldInfo) -> str:
    parts = [_kind(field), *_bounds(field)]
    return f"**secret**, {' '.join(parts)}" if is_secret(field) else " ".join(parts)


def _kind(field: FieldInfo) -> str:
    kind: Any = field.annotation
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    for mark in (*field.metadata, *getattr(kind, "__metadata__", ())):
        if isinstance(mark, AfterValidator) and isinstance(mark.func, Address):
            return " or ".join(f"`{beginning}…`" for beginning in mark.func.beginnings)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{each}`" for each in get_args(kind))
    return TYPES.get(kind, NUMBER)


def _bounds(field: FieldInfo) -> Iterator[str]:
    bounds = []
    for mark in field.metadata:
        for kind, (sign, attribute) in SIGNS.items():
            if isinstance(mark, kind):
                bounds.append(f"{sign} {getattr(mark, attribute)}")
        if isinstance(mark, MinLen):
            bounds.append(f"≥ {mark.min_length} characters")
        if isinstance(mark, MaxLen):
            bounds.append(f"≤ {mark.max_length} characters")
    if bounds:
        yield f"({', '.join(bounds)})"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "–"
    default = field.default
    if default is None or default == "":
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


if __name__ == "__main__":
    PAGE.write_text(configuration_page())
