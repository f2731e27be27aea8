"""Traces of requests through all processes, and what their spans hold."""

import secrets

import pytest

from deploy.local.suite import LocalSuite
from libs.common.context import new_traceparent
from libs.testing.traces import Collector
from tests.e2e.one_trace import assert_is_one_tree, assert_logs_name_the_spans, sell
from tests.e2e.shop import SECRET_WORD, Shop, made, new_password, open_door
from tests.e2e.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

TOLD_WITHIN_SECONDS = 30
"""A collector gets the spans of a request, and those of its events, within this time."""


def test_a_sale_is_one_trace_through_all_processes_which_their_logs_name(
    suite: LocalSuite, shop: Shop, collected: Collector
) -> None:
    asked_for = new_traceparent()
    _, trace_id, span_id, _ = asked_for.split("-")
    sell(shop, asked_for)

    def is_told() -> None:
        assert_is_one_tree(collected.spans(trace_id), span_id)
        assert_logs_name_the_spans(suite, collected, trace_id)

    eventually(is_told, within_seconds=TOLD_WITHIN_SECONDS)
    assert {span.trace_id for span in collected.spans()} == {trace_id}


def test_spans_hold_neither_passwords_nor_tokens(shop: Shop, collected: Collector) -> None:
    password, asked_for = new_password(), new_traceparent()
    with open_door(shop.url) as client:
        login = {"username": f"shopper_{secrets.token_hex(4)}", "password": password}
        client.headers["traceparent"] = asked_for
        made(client.post("/auth/register", json={**login, "email": f"{login['username']}@example.com"}))
        token = client.post("/auth/login", json=login).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get("/products?search=s3cret-of-somebody-else").status_code == 200

    def is_told() -> None:
        names = {span.name for span in collected.spans(asked_for.split("-")[1])}
        assert {"POST /auth/login", "GET /products"} <= names

    eventually(is_told, within_seconds=TOLD_WITHIN_SECONDS)
    told = b"".join(collected.requests)
    assert [each for each in (token, SECRET_WORD, login["username"]) if each.encode() in told] == []
