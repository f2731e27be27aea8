"""The API documents describe what every route of a dialect does."""

from typing import Annotated, Any

import pytest
from fastapi import Query, Response

from libs.common.http.described import TOLD_AS_REQUIRED
from libs.common.http.pos import PosDoor
from libs.common.tests.http.shop import internal_door, pos_door, storefront_door

JSON = "application/json"


@pytest.fixture(scope="module")
def pos() -> dict[str, Any]:
    return pos_door().openapi()


def test_a_document_says_where_its_door_is(pos: dict[str, Any]) -> None:
    assert pos["servers"] == [{"url": "/api"}]


def test_errors_are_described_in_the_dialect(pos: dict[str, Any]) -> None:
    responses = pos["paths"]["/admins/"]["post"]["responses"]
    assert set(responses) == {"200", "400", "401", "403", "413", "422", "429", "503"}
    schema = responses["400"]["content"][JSON]["schema"]
    assert schema == {"$ref": "#/components/schemas/Invalid"}


def test_refusals_are_shown_as_the_door_words_them(pos: dict[str, Any]) -> None:
    responses = pos["paths"]["/admins/"]["post"]["responses"]
    told = {
        status: {
            name: shown["value"] for name, shown in responses[status]["content"][JSON]["examples"].items()
        }
        for status in ("400", "401")
    }
    assert told["400"]["invalid_fields"] == {"items": ["This field is required."]}
    assert told["401"]["token_missing"] == {"detail": "Authentication credentials were not provided."}
    assert told["401"]["token_not_valid"]["code"] == "token_not_valid"
    assert set(responses["429"]["headers"]) == {"X-Error-Code", "Retry-After"}
    assert pos["components"]["headers"]["X-Error-Code"]["required"]


def test_a_route_shows_the_rules_by_which_it_refuses(pos: dict[str, Any]) -> None:
    refusals = pos["paths"]["/orders/"]["post"]["responses"]["400"]["content"][JSON]["examples"]
    assert refusals["not_pending"]["value"] == {
        "non_field_errors": ["Solo se pueden pagar órdenes PENDIENTES."]
    }


def test_shapes_and_answers_show_an_example(pos: dict[str, Any]) -> None:
    schemas = pos["components"]["schemas"]
    assert schemas["OrderOut"]["examples"] == [{"id": 1, "items": 2}]
    assert schemas["OrderIn"]["examples"][0]["note"] == "soon"


def test_what_was_made_is_linked_to_what_can_be_done_with_it(pos: dict[str, Any]) -> None:
    links = pos["paths"]["/orders/"]["post"]["responses"]["201"]["links"]
    detail = pos["paths"]["/orders/{order_id}/"]["get"]["operationId"]
    assert links[detail]["parameters"] == {"order_id": "$response.body#/id"}
    assert "links" not in pos["paths"]["/admins/"]["post"]["responses"]["200"]


def test_a_body_is_required_only_where_a_field_is(pos: dict[str, Any]) -> None:
    assert pos["paths"]["/orders/"]["post"]["requestBody"]["required"]
    assert not pos["paths"]["/orders/{order_id}/"]["patch"]["requestBody"]["required"]


def test_nothing_of_the_framework_shows_through(pos: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in pos["components"]["schemas"]
    assert "422" not in pos["paths"]["/orders/"]["post"]["responses"]
    assert "operation" not in str(pos["paths"]["/admins/"]["post"]["parameters"])


def test_who_may_ask_is_described(pos: dict[str, Any]) -> None:
    assert pos["paths"]["/me/"]["get"]["security"] == [{"bearer": []}]
    assert pos["paths"]["/orders/"]["post"]["security"] == []


def test_a_list_describes_its_query_and_headers(pos: dict[str, Any]) -> None:
    operation = pos["paths"]["/orders/"]["get"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {"status", "limit", "offset", "cursor", "count", "search", "ordering", "If-None-Match"}
    assert set(operation["responses"]["200"]["headers"]) == {
        *("X-Total-Count", "X-Total-Count-Exact", "Link", "ETag")
    }
    assert "304" in operation["responses"]


def test_a_route_that_honours_keys_says_so(pos: dict[str, Any]) -> None:
    names = [parameter["name"] for parameter in pos["paths"]["/admins/"]["post"]["parameters"]]
    assert names == ["Idempotency-Key"]


def test_shapes_describe_their_fields(pos: dict[str, Any]) -> None:
    order = pos["components"]["schemas"]["OrderIn"]
    assert order["required"] == ["items"]
    assert order["properties"]["note"]["maxLength"] == 10
    assert order["properties"]["items"]["maxItems"] == 50


@pytest.mark.parametrize("make", [storefront_door, internal_door])
def test_every_door_has_a_document_of_its_own(make: Any) -> None:
    assert make().openapi()["openapi"].startswith("3.1")


def test_a_parameter_is_told_as_required_while_a_route_refuses_its_absence_itself() -> None:
    door = PosDoor("A shop")

    @door.get("/sales/")
    async def find_sales(
        customer: Annotated[str | None, Query(json_schema_extra=TOLD_AS_REQUIRED)] = None,
    ) -> Response:
        """Find the sales of a customer."""
        return Response(customer)

    (parameter,) = door.openapi()["paths"]["/sales/"]["get"]["parameters"]
    assert (parameter["name"], parameter["required"]) == ("customer", True)
    assert "x-required" not in parameter["schema"]
