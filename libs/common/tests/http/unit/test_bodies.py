"""Bodies: what is read as JSON, what is refused, and in which order."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from libs.common.http.requests import without_lone_surrogates
from libs.common.tests.http.shop import pos_door, shop_app, storefront_door
from libs.testing.asgi import asgi_client
from libs.testing.tokens import Tokens

ORDER = b'{"items": [{"product": 1, "quantity": 2}]}'
MALFORMED = [
    b"{",
    b"{'a': 1}",
    b'{"price": NaN}',
    b'{"price": Infinity}',
    b'{"note": "\\ud800"}',
    b'{"note": "\xff"}',
    b'{"items": [], }',
    b"[" * 5000,
    b"items=1&note=x",
]
STRUCTURES = {"[]": "list", '"text"': "str", "5": "int", "1.5": "float", "true": "bool", "null": "NoneType"}


@pytest.mark.parametrize("body", MALFORMED)
async def test_pos_says_why_it_is_no_json(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/api/orders/", content=body)
    assert response.status_code == 400
    assert response.json()["detail"].startswith("JSON parse error - ")


@pytest.mark.parametrize("body", MALFORMED)
async def test_store_says_that_it_is_no_json(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/orders", content=body)
    assert (response.status_code, response.json()) == (400, {"error": "Invalid JSON"})


async def test_no_json_is_no_object_either_where_nothing_is_required(client: httpx.AsyncClient) -> None:
    response = await client.patch("/orders/1", content=b"{")
    assert (response.status_code, response.json()) == (400, {"error": "Invalid JSON"})


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        (rb'["\ud83d"]', ["\ufffd"]),
        (rb'["\uDE00a"]', ["\ufffda"]),
        (rb'["\ud83d\ud83d\ude00\ude00"]', ["\ufffd\U0001f600\ufffd"]),
        (rb'["\\ud83d\n\u00e9\"\ud83d"]', ['\\ud83d\n\u00e9"\ufffd']),
        (rb'{"\ud83dx": 1}', {"\ufffdx": 1}),
    ],
)
def test_halves_of_characters_are_replaced_and_nothing_else(cut: bytes, whole: object) -> None:
    assert orjson.loads(without_lone_surrogates(cut)) == whole


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain", "multipart/form-data", "x"])
async def test_json_is_json_whatever_it_is_called(
    client: httpx.AsyncClient, content_type: str | None
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = await client.post("/api/orders/", content=ORDER, headers=headers)
    assert response.status_code == 201


async def test_no_body_is_an_empty_object(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/orders/")
    assert (response.status_code, response.json()) == (400, {"items": ["This field is required."]})


@pytest.mark.parametrize(("body", "kind"), STRUCTURES.items())
async def test_pos_takes_objects_only(client: httpx.AsyncClient, body: str, kind: str) -> None:
    response = await client.post("/api/orders/", content=body)
    message = f"Invalid data. Expected a dictionary, but got {kind}."
    assert (response.status_code, response.json()) == (400, {"non_field_errors": [message]})


@pytest.mark.parametrize(("body", "kind"), STRUCTURES.items())
async def test_store_takes_objects_only(client: httpx.AsyncClient, body: str, kind: str) -> None:
    response = await client.post("/orders", content=body)
    message = f"Invalid data. Expected a dictionary, but got {kind}."
    assert (response.status_code, response.json()) == (400, {"error": message})


@pytest.mark.parametrize("body", [b"{", b"{}", b"[]"])
async def test_who_asks_is_settled_before_what(client: httpx.AsyncClient, body: bytes) -> None:
    assert (await client.post("/api/staff/", content=body)).status_code == 401


async def test_who_asks_is_settled_before_the_query(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/staff/?limit=0")).status_code == 401


async def test_a_role_is_settled_before_the_body(client: httpx.AsyncClient, tokens: Tokens) -> None:
    response = await client.post("/api/staff/", content=b"{", headers=tokens.bearer(role="USER"))
    assert response.status_code == 403


async def test_unknown_fields_are_ignored(client: httpx.AsyncClient) -> None:
    body = {"items": [{"product": 1, "quantity": 2, "color": "red"}], "id": 99}
    response = await client.post("/api/orders/", json=body)
    assert response.json()["given"] == ["items"]


@pytest.mark.parametrize("body", [{}, {"note": "x"}])
async def test_a_patch_changes_only_what_was_given(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await client.patch("/api/orders/7/", json=body)).json() == {"id": 7, **body}


@pytest.mark.parametrize("note", [None, "", "  "])
async def test_a_patch_does_not_blank_a_required_field(client: httpx.AsyncClient, note: str | None) -> None:
    response = await client.patch("/api/orders/7/", json={"note": note})
    assert (response.status_code, response.json()) == (400, {"note": ["This field is required."]})


MIXED: dict[str, Any] = {
    "items": [
        {"product": 1, "quantity": "many"},
        {"product": "x"},
        {"product": 2, "quantity": 1},
        "no object",
        None,
        {"product": 0, "quantity": 0},
    ],
    "price": "1.555",
    "note": "\0 far too long",
    "customer": True,
}
OBJECT_EXPECTED = "Invalid data. Expected a dictionary, but got {}."
NOTE_PROBLEMS = ["Ensure this field has no more than 10 characters.", "Null characters are not allowed."]
PRICE_PROBLEMS = ["Ensure that there are no more than 2 decimal places."]
CUSTOMER_PROBLEMS = ["Incorrect type. Expected pk value, received bool."]


async def test_pos_names_every_failing_field_at_once(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/orders/", json=MIXED)
    assert response.status_code == 400
    assert response.json() == {
        "items": [
            {"quantity": ["A valid integer is required."]},
            {
                "product": ["Incorrect type. Expected pk value, received str."],
                "quantity": ["This field is required."],
            },
            {},
            {"non_field_errors": [OBJECT_EXPECTED.format("str")]},
            {"non_field_errors": [OBJECT_EXPECTED.format("NoneType")]},
            {
                "product": ['Invalid pk "0" - object does not exist.'],
                "quantity": ["Ensure this value is greater than or equal to 1."],
            },
        ],
        "price": PRICE_PROBLEMS,
        "note": NOTE_PROBLEMS,
        "customer": CUSTOMER_PROBLEMS,
    }


async def test_store_names_every_failing_field_at_once(client: httpx.AsyncClient) -> None:
    response = await client.post("/orders", json=MIXED)
    assert response.status_code == 400
    assert response.json() == {
        "error": "A valid integer is required.",
        "fields": {
            "items.0.quantity": ["A valid integer is required."],
            "items.1.product": ["Incorrect type. Expected pk value, received str."],
            "items.1.quantity": ["This field is required."],
            "items.3": [OBJECT_EXPECTED.format("str")],
            "items.4": [OBJECT_EXPECTED.format("NoneType")],
            "items.5.product": ['Invalid pk "0" - object does not exist.'],
            "items.5.quantity": ["Ensure this value is greater than or equal to 1."],
            "price": PRICE_PROBLEMS,
            "note": NOTE_PROBLEMS,
            "customer": CUSTOMER_PROBLEMS,
        },
    }


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([], "This list may not be empty."),
        ({}, 'Expected a list of items but got type "dict".'),
        ("ab", 'Expected a list of items but got type "str".'),
        (None, "This field is required."),
        ([{}] * 10_000, "Ensure this field has no more than 50 elements."),
    ],
)
async def test_a_list_as_a_whole_is_refused_on_its_field(
    client: httpx.AsyncClient, items: object, message: str
) -> None:
    response = await client.post("/api/orders/", json={"items": items})
    assert (response.status_code, response.json()) == (400, {"items": [message]})


async def test_plain_values_of_a_list_are_refused_by_position(client: httpx.AsyncClient) -> None:
    body = {"items": [{"product": 1, "quantity": 1}], "tags": ["a", "", 5, None]}
    pos, store = [await client.post(path, json=body) for path in ("/api/orders/", "/orders")]
    required = ["This field is required."]
    assert pos.json() == {"tags": {"1": required, "3": required}}
    assert store.json()["fields"] == {"tags.1": required, "tags.3": required}


@pytest.fixture
async def small(tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a shop that reads 100 bytes."""
    doors = (pos_door(body_limit_bytes=100), storefront_door(body_limit_bytes=100))
    async with asgi_client(shop_app(tokens, doors=doors)) as client:
        yield client


async def in_chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size):
        yield b" "


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/orders/", {"detail": "Request body exceeds the limit of 100 bytes."}),
        ("/orders", {"error": "Request body exceeds the limit of 100 bytes."}),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_limit_is_a_413(
    small: httpx.AsyncClient, path: str, body: dict[str, str], *, chunked: bool
) -> None:
    response = await small.post(path, content=in_chunks(101) if chunked else b" " * 101)
    assert (response.status_code, response.json()) == (413, body)


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_at_the_limit_is_read(small: httpx.AsyncClient, *, chunked: bool) -> None:
    response = await small.post("/api/orders/", content=in_chunks(100) if chunked else ORDER.ljust(100))
    assert response.status_code == (400 if chunked else 201)


@pytest.mark.parametrize("length", ["x", "-1", ""])
async def test_a_length_that_is_no_number_is_refused(client: httpx.AsyncClient, length: str) -> None:
    response = await client.post("/api/orders/", content=ORDER, headers={"Content-Length": length})
    assert response.status_code == 400
