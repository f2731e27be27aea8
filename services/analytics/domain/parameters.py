"""Numbers and days as callers write them in a query."""

import re
from datetime import date

WRITTEN_NUMBER = re.compile(r"[+-]?[0-9]{1,100}(\.0*)?")
WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def written_number(text: str) -> int | None:
    """The whole number that is written, as `5` or `5.0`; None if there is none."""
    trimmed = text.strip()
    return int(trimmed.partition(".")[0]) if WRITTEN_NUMBER.fullmatch(trimmed) else None


def written_day(text: str) -> date | None:
    """The day that is written `YYYY-MM-DD`; None if there is no such day."""
    if not WRITTEN_DAY.fullmatch(text):  # fromisoformat alone also accepts 20231027 and 2023-W43-5
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
