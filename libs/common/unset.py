"""UNSET: the value of a command's field that was not given, where None is a value of its own.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class ChangeSupplier:
        supplier_id: int
        name: str | Unset = UNSET
        rfc: str | Unset | None = UNSET  # None makes it null, UNSET leaves it as it is

    after = replace(before, **given(command, but=("supplier_id",)))

A `Shape` has such fields too, and makes the command: `body.into(ChangeSupplier, supplier_id=supplier_id)`.
"""

from collections.abc import Collection
from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


class Unset(Enum):
    """The type of UNSET."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


def given(command: "DataclassInstance", *, but: Collection[str] = ()) -> dict[str, Any]:
    """The fields of the command that are not UNSET, by name, without those named in `but`."""
    values = {field.name: getattr(command, field.name) for field in fields(command) if field.name not in but}
    return {name: value for name, value in values.items() if value is not UNSET}


def value_or(value: T | Unset, default: T) -> T:
    """The value, or the default for UNSET."""
    return default if isinstance(value, Unset) else value
