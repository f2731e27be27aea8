"""Fields for days."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from libs.common.http.fields.field import REQUIRED, Field, NotAccepted

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DateField(Field):
    """A day, `YYYY-MM-DD`."""

    def parse(self, value: Any) -> date:
        """The day; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        if isinstance(value, str) and ISO_DATE.fullmatch(value):
            with suppress(ValueError):  # 30 February
                return date(*map(int, value.split("-")))
        raise NotAccepted("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")

    def json_schema(self) -> dict[str, Any]:
        """A string of format `date`."""
        return {"type": "string", "format": "date"}
