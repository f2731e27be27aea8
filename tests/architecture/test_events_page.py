"""docs/events.md tells of every event what the contracts do, and which services consume it.

The contracts say what each word of a member means: readers have nothing else to look it up in.
"""

import re

import pytest

from libs.common.contracts.catalog import StockChanged
from libs.common.contracts.event import Event
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.sales import OrderCancelled, OrderPaid
from services.catalog.domain.stock import Reason
from services.sales.domain.orders import CancelReason
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tenders import MIXED
from tests.architecture.events_page import PAGE, events_page
from tests.architecture.sources import ROOT

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


@pytest.mark.parametrize(
    ("event", "values"),
    [
        (StockChanged, [*Reason]),
        (OrderCancelled, [*CancelReason]),
        (OrderPaid, [*PaymentMethod, MIXED, "WEB"]),
    ],
)
def test_an_event_explains_every_word_that_a_member_may_have(event: type[Event], values: list[str]) -> None:
    explained = re.findall(r"\w+", event.__doc__ or "")
    assert {value for value in values if value not in explained} == set()
