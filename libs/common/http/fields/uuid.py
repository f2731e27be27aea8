"""A field for UUIDs."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from libs.common.http.fields.field import REQUIRED, Field, NotAccepted


@dataclass(frozen=True, slots=True)
class UuidField(Field):
    """A UUID, as text in any of its common spellings."""

    def parse(self, value: Any) -> UUID:
        """The UUID; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        if isinstance(value, str):
            with suppress(ValueError):
                return UUID(value)
        raise NotAccepted("Must be a valid UUID.")

    def json_schema(self) -> dict[str, Any]:
        """A string of format `uuid`."""
        return {"type": "string", "format": "uuid"}
