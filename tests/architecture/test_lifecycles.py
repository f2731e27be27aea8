"""docs/lifecycles.md shows the lifecycles as they are."""

import pytest

from tests.architecture.lifecycles_page import PAGE, all_lifecycles, lifecycles_page

pytestmark = pytest.mark.unit


def test_the_page_is_as_the_tables_are() -> None:
    assert PAGE.read_text() == lifecycles_page(), "right? then run: make lifecycles"


def test_every_step_is_an_arrow() -> None:
    page = PAGE.read_text()
    for _, _, lifecycle in all_lifecycles():
        for step in lifecycle.steps:
            for source in step.sources:
                assert f"    {source} --> {step.target}: " in page


def test_the_lifecycles_of_orders_invoices_returns_shifts_and_layaways_are_shown() -> None:
    shown = {name for service, name, _ in all_lifecycles() if service == "sales"}
    lifecycles = {"POS orders", "web orders", "invoices", "returns", "shifts", "till returns", "layaways"}
    assert shown == lifecycles
