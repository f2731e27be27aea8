"""Fields for moments: a day with a time."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from libs.common.http.fields.field import REQUIRED, Field, NotAccepted

ISO_DATETIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII | re.IGNORECASE
)
WRONG_FORMAT = (
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
)


@dataclass(frozen=True, slots=True)
class DateTimeField(Field):
    """A day with a time, to the second; without a zone it is UTC."""

    def parse(self, value: Any) -> datetime:
        """The moment in UTC, without its fraction of a second; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        if isinstance(value, str) and ISO_DATETIME.fullmatch(value):
            with suppress(ValueError, OverflowError):  # 30 February; before the year 1 in UTC
                moment = datetime.fromisoformat(value.upper()).replace(microsecond=0)
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        raise NotAccepted(WRONG_FORMAT)

    def json_schema(self) -> dict[str, Any]:
        """A string of format `date-time`."""
        return {"type": "string", "format": "date-time"}
