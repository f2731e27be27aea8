"""The documents of several services become one."""

from typing import Any

import pytest

from gateway.introductions import pos_frame, store_frame
from gateway.merging import merge
from gateway.routes import ROUTES, Route
from gateway.tags import TAGS, tag_of

THING = {"type": "object", "properties": {"id": {"type": "integer"}}}
OTHER = {"type": "object", "properties": {"id": {"type": "string"}}}


def a_document(path: str, answer: str, **schemas: Any) -> dict[str, Any]:
    """A service's document: one path, answering one of its schemas."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    return {
        "info": {"title": f"What is at {path}"},
        "paths": {path: {"get": {"responses": {"200": {"description": "Fine", "content": content}}}}},
        "components": {"schemas": schemas},
    }


def answered(document: dict[str, Any], path: str) -> str:
    """The name of what a path answers."""
    response = document["paths"][path]["get"]["responses"]["200"]
    return str(response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])


def merged(**documents: dict[str, Any]) -> dict[str, Any]:
    return merge(documents, base="/api", frame=pos_frame([]))


def test_every_service_adds_its_paths_under_the_tag_of_the_resource() -> None:
    document = merged(
        sales=a_document("/orders/", "OrderOut", OrderOut=THING),
        catalog=a_document("/products/{product_id}/", "ProductOut", ProductOut=OTHER),
    )
    assert set(document["paths"]) == {"/orders/", "/products/{product_id}/"}
    assert document["paths"]["/orders/"]["get"]["tags"] == ["orders"]
    assert [tag["name"] for tag in document["tags"]] == ["products", "orders"]


def test_what_two_services_describe_alike_is_there_once() -> None:
    document = merged(
        sales=a_document("/orders/", "ItemOut", ItemOut=THING),
        catalog=a_document("/products/", "ItemOut", ItemOut=THING),
    )
    assert answered(document, "/orders/") == answered(document, "/products/") == "ItemOut"


def test_names_that_mean_different_things_are_told_apart() -> None:
    document = merged(
        sales=a_document("/orders/", "ItemOut", ItemOut=THING),
        catalog=a_document("/products/", "ItemOut", ItemOut=OTHER),
    )
    assert document["components"]["schemas"][answered(document, "/orders/")] == THING
    assert document["components"]["schemas"][answered(document, "/products/")] == OTHER
    assert "ItemOut" not in document["components"]["schemas"]


def test_what_holds_such_a_thing_is_told_apart_too() -> None:
    page = {"type": "array", "items": {"$ref": "#/components/schemas/ItemOut"}}
    document = merged(
        sales=a_document("/orders/", "PageOut", PageOut=page, ItemOut=THING),
        catalog=a_document("/products/", "PageOut", PageOut=page, ItemOut=OTHER),
    )
    of_catalog = document["components"]["schemas"][answered(document, "/products/")]
    assert document["components"]["schemas"][of_catalog["items"]["$ref"].rpartition("/")[2]] == OTHER


def test_paths_that_the_gateway_passes_to_nobody_are_left_out() -> None:
    document = merged(
        sales=a_document("/metrics-of-mine/", "OrderOut", OrderOut=THING),
        catalog=a_document("/orders/", "ProductOut", ProductOut=THING),  # sales' path
    )
    assert document["paths"] == {}


def test_what_every_operation_may_meet_is_described_once() -> None:
    document = merged(sales=a_document("/orders/", "OrderOut", OrderOut=THING))
    responses = document["paths"]["/orders/"]["get"]["responses"]
    assert responses["502"] == {"$ref": "#/components/responses/BadGateway"}
    assert {"429", "502", "503", "504"} < set(responses)
    limited = document["components"]["responses"]["TooManyRequests"]["headers"]
    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"} < set(limited)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.prefix)
def test_every_route_has_a_tag_that_is_described(route: Route) -> None:
    assert tag_of(route) in TAGS


def test_a_document_says_which_services_it_lacks() -> None:
    assert "Not described just now" not in pos_frame([])["info"]["description"]
    assert "sales, chatbot" in store_frame(["sales", "chatbot"])["info"]["description"]
