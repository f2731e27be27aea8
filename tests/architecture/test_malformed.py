"""Every route refuses what is malformed at the door, in its dialect, before anything behind it is asked."""

from typing import Any

import pytest

from libs.testing.pos import NOT_FOUND
from libs.testing.tokens import Tokens
from tests.architecture.endpoints import Endpoint, all_endpoints, each

pytestmark = pytest.mark.unit

NO_OBJECTS = [
    b"{",
    b"{'a': 1}",
    b'{"a": NaN}',
    b'{"a": "\\ud800"}',
    b'{"a": "\xff"}',
    b"[]",
    b'"x"',
    b"1",
    b"null",
]
NO_IDS = ["0", "-1", "abc", "1.0", "9" * 30, "%00", "%F0%9F%98%80"]
NO_PAGES = [
    ("limit", "0"),
    ("limit", "x"),
    ("limit", ""),
    ("limit", "1.5"),
    ("offset", "-1"),
    ("offset", "9" * 40),
]
NO_PAGES_OF_EXPORTS = ["limit=0", "limit=1001", "limit=x", "after=-1", "after=x", f"after={2**63}"]
NO_TEXTS = ["%00", "%ED%A0%80%00"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CHANGES = ("POST", "PUT", "PATCH")


def takes_body(endpoint: Endpoint) -> bool:
    return endpoint.facts.takes_body


def takes_id(endpoint: Endpoint) -> bool:
    """Whether the path holds an id. A chatbot user's number is no id, but a text."""
    return "{}" in endpoint.path and "chatbotusers" not in endpoint.path


def is_list(endpoint: Endpoint) -> bool:
    return {"limit", "offset"} <= parameters(endpoint)


def is_export(endpoint: Endpoint) -> bool:
    return endpoint.path.startswith("/internal/exports/")


def is_searched(endpoint: Endpoint) -> bool:
    return "search" in parameters(endpoint)


def is_at_pos(endpoint: Endpoint) -> bool:
    return endpoint.door == "pos"


def parameters(endpoint: Endpoint) -> set[str]:
    return {parameter["name"] for parameter in endpoint.facts.list_parameters}


def test_every_change_from_outside_reads_its_body() -> None:
    """Also one that expects nothing in it, so that what is no JSON is refused (contract §1)."""
    unread = {
        endpoint.path
        for endpoint in all_endpoints()
        if endpoint.door != "internal" and endpoint.method in CHANGES and not takes_body(endpoint)
    }
    assert unread == {"/api/products/import/"}, "which takes a file"


@each(takes_body)
async def test_a_body_that_is_no_json_object_is_refused(endpoint: Endpoint, tokens: Tokens) -> None:
    async with endpoint.client(tokens) as client:
        answers = [
            await client.request(
                endpoint.method, endpoint.well_formed_path, headers=endpoint.token(tokens), content=body
            )
            for body in NO_OBJECTS
        ]
    assert [answer.status_code for answer in answers] == [400] * len(NO_OBJECTS)


@each(takes_id)
async def test_what_cannot_be_an_id_is_not_found(endpoint: Endpoint, tokens: Tokens) -> None:
    async with endpoint.client(tokens) as client:
        answers = [
            await client.request(
                endpoint.method, endpoint.path_of(text), headers=endpoint.token(tokens), json={}
            )
            for text in NO_IDS
        ]
    assert [answer.status_code for answer in answers] == [404] * len(NO_IDS)
    if endpoint.door == "pos":
        assert {str(answer.json()) for answer in answers} == {str(NOT_FOUND)}


@each(is_list)
async def test_a_page_that_cannot_be_is_refused_on_its_parameter(endpoint: Endpoint, tokens: Tokens) -> None:
    async with endpoint.client(tokens) as client:
        for name, value in NO_PAGES:
            answer = await client.get(
                endpoint.well_formed_path, headers=endpoint.token(tokens), params={name: value}
            )
            refused = (answer.status_code, named_in(endpoint, answer.json()))
            assert refused == (400, [name]), f"{name}={value}"


@each(is_export)
async def test_a_page_of_an_export_that_cannot_be_is_refused(endpoint: Endpoint, tokens: Tokens) -> None:
    async with endpoint.client(tokens) as client:
        for query in NO_PAGES_OF_EXPORTS:
            answer = await client.get(f"{endpoint.path}?{query}", headers=endpoint.token(tokens))
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_fields"), query


@each(is_searched)
async def test_a_search_for_what_is_no_text_is_refused(endpoint: Endpoint, tokens: Tokens) -> None:
    async with endpoint.client(tokens) as client:
        for text in NO_TEXTS:
            answer = await client.get(
                f"{endpoint.well_formed_path}?search={text}", headers=endpoint.token(tokens)
            )
            assert answer.status_code == 400


@each(is_at_pos)
async def test_a_method_that_a_path_lacks_is_refused(endpoint: Endpoint, tokens: Tokens) -> None:
    known = {one.method for one in all_endpoints() if one.path == endpoint.path}
    async with endpoint.client(tokens) as client:
        for method in {*METHODS} - known:
            answer = await client.request(method, endpoint.well_formed_path, headers=endpoint.token(tokens))
            assert (answer.status_code, answer.json()) == (405, {"detail": f'Method "{method}" not allowed.'})


@each(is_at_pos)
async def test_the_slash_at_the_end_may_be_left_out(endpoint: Endpoint, tokens: Tokens) -> None:
    path = endpoint.well_formed_path
    async with endpoint.client(tokens) as client:
        statuses = {
            (await client.request(endpoint.method, path, headers=endpoint.token(tokens))).status_code
            for path in (path, path.rstrip("/"))
        }
    assert len(statuses) == 1
    assert not statuses & {307, 404, 405}


def named_in(endpoint: Endpoint, body: dict[str, Any]) -> list[str]:
    """The parameters that a refusal names."""
    return list(body["fields"] if endpoint.door == "store" else body)
