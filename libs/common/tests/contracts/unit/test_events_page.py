"""docs/events.md names every event there is, and none that is not."""

import re
from pathlib import Path

from libs.common.contracts.registry import EVENTS

PAGE = Path(__file__).parents[5] / "docs" / "events.md"


def test_the_table_lists_every_type() -> None:
    assert set(re.findall(r"^\| `([a-z_.]+\.v\d+)`", PAGE.read_text(), re.MULTILINE)) == set(EVENTS)
