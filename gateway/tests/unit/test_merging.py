"""The documents of several services become one."""

from typing import Any

from gateway.introductions import pos_frame, store_frame
from gateway.merging import merge

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


def test_every_service_adds_its_paths_under_its_own_tag() -> None:
    document = merged(
        sales=a_document("/orders/", "OrderOut", OrderOut=THING),
        catalog=a_document("/products/{product_id}/", "ProductOut", ProductOut=OTHER),
    )
    assert set(document["paths"]) == {"/orders/", "/products/{product_id}/"}
    assert document["paths"]["/orders/"]["get"]["tags"] == ["sales"]
    assert {"name": "sales", "description": "What is at /orders/"} in document["tags"]


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


def test_every_answer_has_what_the_gateway_adds() -> None:
    document = merged(sales=a_document("/orders/", "OrderOut", OrderOut=THING))
    responses = document["paths"]["/orders/"]["get"]["responses"]
    assert {"502", "504"} < set(responses)
    assert "X-Request-ID" in responses["200"]["headers"]


def test_a_document_says_which_services_it_lacks() -> None:
    assert "Not described just now" not in pos_frame([])["info"]["description"]
    assert "sales, chatbot" in store_frame(["sales", "chatbot"])["info"]["description"]
