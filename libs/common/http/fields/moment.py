"""Which fields hold time? Days and moments."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from libs.common.http.fields.field import REQUIRED, Field, NotAccepted

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", re.ASCII)
ISO_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)


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


@dataclass(frozen=True, slots=True)
class DateTimeField(Field):
    """A moment in ISO 8601; without a zone it is UTC (contract §1)."""

    def parse(self, value: Any) -> datetime:
        """The moment in UTC; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        if isinstance(value, str) and ISO_DATETIME.fullmatch(value):
            with suppress(ValueError, OverflowError):  # a day that no calendar has, or one past its end
                moment = datetime.fromisoformat(value)
                return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        raise NotAccepted(
            "Datetime has wrong format. Use one of these formats instead: "
            "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
        )

    def json_schema(self) -> dict[str, Any]:
        """A string of format `date-time`."""
        return {"type": "string", "format": "date-time"}
