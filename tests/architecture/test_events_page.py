"""docs/events.md tells of every event what the contracts do, and which services consume it."""

import re
from pathlib import Path

import pytest

from libs.common.contracts.registry import EVENTS
from tests.architecture.events_page import PAGE, events_page

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(?P<type>[a-z_.]+\.v\d+)` .*\| (?P<consumers>[^|]+) \|$", re.MULTILINE)
SUBSCRIPTION = re.compile(r"\bon\((\w+),")

pytestmark = pytest.mark.unit


def consumed() -> set[tuple[str, str]]:
    """Every subscription of a service, as its event's type and the service."""
    types = {model.__name__: event_type for event_type, model in EVENTS.items()}
    return {
        (types[name], file.parent.name)
        for file in ROOT.glob("services/*/consumers.py")
        for name in SUBSCRIPTION.findall(file.read_text())
        if name != "Event"  # the end of a batch, whatever is in it
    }


def test_the_table_is_up_to_date() -> None:
    assert PAGE.read_text() == events_page(PAGE.read_text()), "run: make asyncapi"


def test_the_page_names_the_services_that_consume_an_event() -> None:
    page = (ROOT / "docs" / "events.md").read_text()
    told = {(row["type"], name) for row in ROW.finditer(page) for name in row["consumers"].split(", ")}
    services = {(event_type, name) for event_type, name in told if name not in ("–", "gateway")}
    assert consumed()
    assert services == consumed()
