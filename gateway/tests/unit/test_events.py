"""The page of the events shows each type whole."""

from html import escape, unescape
from typing import Any

import orjson
import pytest

from gateway.events import events_page
from libs.common.contracts.asyncapi import asyncapi
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.samples import sample

PATH = "/events/asyncapi.json"


def page_of(document: dict[str, Any]) -> str:
    """The page, without the places at which names may break."""
    return events_page(document, path=PATH).replace("<wbr>", "")


PAGE = page_of(asyncapi())


def section(event_type: str) -> str:
    """The part of the page for a type."""
    _, _, after = PAGE.partition(f'<section id="{event_type}">')
    return after.partition("</section>")[0]


@pytest.mark.parametrize("event_type", EVENTS)
def test_a_type_has_its_meaning_its_promises_and_its_sample(event_type: str) -> None:
    shown, model = section(event_type), EVENTS[event_type]
    for promised in ("Subject:", "Order:", "Delivery:"):
        assert f"<strong>{promised}</strong>" in shown
    assert f"<code>{escape(model.promises.subject)}</code>" in shown
    assert "At least once" in shown
    assert (f"at most one per {model.promises.once_per}." in shown) == bool(model.promises.once_per)
    meaning = (model.__doc__ or "").split("`")[0].split("\n")[0]
    assert escape(meaning, quote=False) in shown
    code = shown.partition("<pre><code>")[2].partition("</code></pre>")[0]
    assert orjson.loads(unescape(code)) == orjson.loads(sample(event_type))
    assert all(f"<code>{member}</code>" in shown for member in model.model_fields)


def test_the_order_of_stock_is_that_of_its_ledger() -> None:
    assert "Of two levels of a product, the one with the higher <code>ledger_id</code> is newer." in section(
        "catalog.stock_changed.v1"
    )


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ("final_amount", "decimal number as text"),
        ("paid_at", "time (UTC)"),
        ("channel", "one of <code>POS</code>, <code>WEB</code>"),
        ("customer_id", "integer or null, optional"),
        ("lines", "list of objects. One line of an order"),
        ("lines[].quantity", "integer"),
    ],
)
def test_a_member_is_described_in_words(member: str, told: str) -> None:
    row = section("sales.order_paid.v1").partition(f"<td><code>{member}</code>")[2].partition("</tr>")[0]
    assert told in row


def test_an_object_in_an_event_is_shown_with_its_members() -> None:
    document: dict[str, Any] = asyncapi()
    document["components"]["schemas"]["OrderPaid"]["properties"]["till"] = {
        "anyOf": [{"$ref": "#/components/schemas/StockLevel"}, {"type": "null"}]
    }
    page = page_of(document)
    assert "<td><code>till</code></td>\n<td>object or null, optional. The stock of one product" in page
    assert "<td><code>till.ledger_id</code></td>\n<td>integer</td>" in page


def test_what_the_document_says_is_shown_as_text() -> None:
    document: dict[str, Any] = asyncapi()
    document["channels"]["sales.order_paid.v1"]["description"] = "<script>alert(1)</script>"
    document["components"]["messages"]["sales.order_paid.v1"]["examples"] = [{"payload": "</code><b>"}]
    page = page_of(document)
    assert "<script>" not in page
    assert "</code><b>" not in page
