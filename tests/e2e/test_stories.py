"""Tests of the whole suite with real processes, through the gateway.

All stories are in this file, because a worker of a parallel run gets a whole file: so one suite is enough.
"""

import os
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from rich.console import Console

from deploy.local.demo_day import play
from deploy.local.demo_shop import EMPLOYEE, SHOPPER
from deploy.local.demo_till import Till as DemoTill
from deploy.local.environment import OWNER_DEFAULTS
from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite
from libs.common.context import new_traceparent
from libs.testing.pos import FORBIDDEN, NOT_FOUND
from libs.testing.traces import Collector
from tests.e2e import approval_stories, backpressure_stories, report_stories, stock_report_stories
from tests.e2e.books import (
    assert_books_agree,
    assert_nothing_held,
    broken_rules,
    orders_of,
    revenue_of_sales,
)
from tests.e2e.chaos import assert_everything_happened, assert_nothing_lost, play_day, short_day
from tests.e2e.faults import Faults
from tests.e2e.invariants.rules import RULES
from tests.e2e.observed import assert_panels_show_something
from tests.e2e.one_trace import assert_is_one_tree, assert_logs_name_the_spans, sell
from tests.e2e.operators import operate
from tests.e2e.rebuilding import (
    assert_figures_are_the_owners,
    is_left_over,
    kill_before_tables_change_place,
    rebuild,
)
from tests.e2e.secrets_in_logs import secrets_in_logs
from tests.e2e.shop import SECRET_WORD, Shop, made, new_password, open_door
from tests.e2e.spoilt import SPOILT
from tests.e2e.spoilt_approvals import SPOILT_APPROVALS, sell_at_an_approved_discount
from tests.e2e.spoilt_late_sales import SPOILT_LATE_SALES, sell_without_a_network
from tests.e2e.spoilt_returns import SPOILT_RETURNS, take_back_at_a_till
from tests.e2e.spoilt_shifts import SPOILT_SHIFTS, sell_in_a_shift
from tests.e2e.spoilt_web_shop import SPOILT_WEB_SHOP, sell_on_the_web
from tests.e2e.synced.days import SHORT_ENDS, SHORT_SEED, Days
from tests.e2e.tills import BUSY_TILLS, BusyTills, Goods, Receipt, Till
from tests.e2e.unknown_things import answers_about_unknown_things
from tests.e2e.waiting import eventually
from tests.e2e.web_shop import WebShop
from tests.e2e.web_stories import STORIES, Story
from tests.guides import Program, runnable

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

BROKER_AWAY_SECONDS = 20
CUT_OFF_ORDERS = 6
EVERY_SALE_NEEDS = ("sales", "catalog", "gateway")
QUICK_SECONDS = 20
"""A refusal arrives within this time, even on a machine that is busy with other tests."""

REQUESTS_ABOUT_A_THING = 30
"""So many documented requests at least have a body about one thing."""

TOLD_WITHIN_SECONDS = 30
"""A collector gets the spans of a request, and those of its events, within this time."""

FIRST_READS = (
    "/api/users/",
    "/api/products/",
    "/api/orders/",
    "/api/customers/",
    "/api/chatbotusers/",
    "/api/analytics/sales-summary/",
)
SERVED_AGAIN_WITHIN_SECONDS = 10
"""After a process is ready again, its callers and their repeats get through within this time: a second on a
machine with nothing else to do."""

OUT_WITHIN_SECONDS = 30
"""The contract says 1, which the gateway's own tests check; a machine that is busy takes longer."""

ENDED_WITHIN_SECONDS = 60
"""A payment with a balance that has no answer is paid, or can be paid again, within this time."""

PASSWORDS_IN_CLEAR = (
    *("password123", "adminpass123", "some-password"),
    *(str(person["password"]) for person in (EMPLOYEE, SHOPPER)),
)
"""Of the stories that are told as their documents tell them, and of the demo shop's people."""

ALL_SPOILT = (
    *SPOILT,
    *SPOILT_WEB_SHOP,
    *SPOILT_SHIFTS,
    *SPOILT_RETURNS,
    *SPOILT_APPROVALS,
    *SPOILT_LATE_SALES,
)

ME = "/api/users/me/"
JWKS = "/.well-known/jwks.json"
COUNT_WHAT_WAITS = "select count(*) from pg_locks where not granted and relation = 'orders'::regclass"
END_WHAT_WAITS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid = any(select pid from pg_locks where not granted)
"""

POS_UNAVAILABLE = {"detail": "Service temporarily unavailable."}
STORE_UNAVAILABLE = {"error": "Service temporarily unavailable"}


@pytest.fixture
def goods(shop: Shop) -> Goods:
    """Two customers, and five products with prices that need rounding, with enough stock for any story."""
    prices = ("86.21", "18.53", "7.77", "129.31", "0.99")
    return Goods(
        [shop.new_product(stock=100_000, price=price) for price in prices],
        [shop.new_customer(credit_limit="1000000.00") for _ in range(2)],
    )


def test_the_demo_s_day_goes_by_and_every_answer_is_as_the_contract_says(suite: LocalSuite) -> None:
    with open_door(suite.gateway_url) as client:
        found = play(
            DemoTill(client, Console()),
            email=OWNER_DEFAULTS["BOOTSTRAP_OWNER_EMAIL"],
            password=OWNER_DEFAULTS["BOOTSTRAP_OWNER_PASSWORD"],
        )
    assert found == []
    assert_books_agree(suite)


@pytest.mark.usefixtures("demo_shop")
@pytest.mark.parametrize("program", runnable(), ids=str)
def test_the_code_of_the_guide_works_and_answers_are_as_its_pages_show(
    suite: LocalSuite, program: Program, tmp_path: Path
) -> None:
    assert program.run(suite.gateway_url, tmp_path) == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_web_shop_sells_as_the_contract_says(suite: LocalSuite, shop: Shop, story: Story) -> None:
    story(shop)
    assert_books_agree(suite)


@pytest.mark.parametrize("story", approval_stories.STORIES, ids=lambda story: story.__name__)
def test_what_a_cashier_does_not_do_alone_is_approved(suite: LocalSuite, shop: Shop, story: Story) -> None:
    story(shop)
    assert_books_agree(suite)


@pytest.mark.parametrize(
    "story", [*report_stories.STORIES, *stock_report_stories.STORIES], ids=lambda story: story.__name__
)
def test_the_owner_s_reports_are_right(suite: LocalSuite, shop: Shop, story: Story) -> None:
    story(shop)
    assert_books_agree(suite)


def test_a_shopper_of_the_store_is_refused_at_the_till(suite: LocalSuite) -> None:
    mark = secrets.token_hex(4)
    login = {"username": f"shopper_{mark}", "password": new_password()}
    with open_door(suite.gateway_url) as client:
        registered = made(client.post("/auth/register", json={**login, "email": f"{mark}@example.com"}))
        assert registered["user"]["roles"] == ["user"]
        logged_in = client.post("/auth/login", json=login)
        assert logged_in.status_code == 200
        client.headers["Authorization"] = f"Bearer {logged_in.json()['token']}"
        for answer in (client.get("/api/orders/"), client.post("/api/products/", json={})):
            assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


def test_whom_an_operator_logs_out_is_soon_out_at_the_door(suite: LocalSuite) -> None:
    mark = secrets.token_hex(4)
    login = {"username": f"shopper_{mark}", "password": new_password()}
    with open_door(suite.gateway_url) as client:
        made(client.post("/auth/register", json={**login, "email": f"{mark}@example.com"}))
        token = client.post("/auth/login", json=login).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get(ME).status_code == 200
        operate(suite, "admin", "revoke-sessions", "--email", f"{mark}@EXAMPLE.com")

        def is_out() -> None:
            answer = client.get(ME)
            assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")

        eventually(is_out, within_seconds=OUT_WITHIN_SECONDS)


def test_a_new_key_is_public_within_seconds_and_nobody_is_logged_out(suite: LocalSuite, shop: Shop) -> None:
    with shop.cashier() as till:
        known = till.get(JWKS)
        assert till.get(JWKS, headers={"If-None-Match": known.headers["etag"]}).status_code == 304
        operate(suite, "keys", "rotate")

        def is_public() -> None:
            assert len(till.get(JWKS).json()["keys"]) == len(known.json()["keys"]) + 1

        eventually(is_public, within_seconds=QUICK_SECONDS)
        assert till.get("/api/orders/").status_code == 200


def test_a_cashier_does_not_see_the_analytics(shop: Shop) -> None:
    with shop.cashier() as cashier:
        answer = cashier.get("/api/analytics/sales-summary/")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/nothing/", NOT_FOUND),
        ("/nothing", {"error": "Resource not found"}),
        ("/api/orders/1/nothing/", NOT_FOUND),
        ("/sales/nothing", {"error": "Resource not found"}),
        ("/internal/orders/5e9f0f4e-6f0e-4a9e-8d53-0a1f4c3d2b1a", {"error": "Resource not found"}),
        ("/api/internal/orders/5e9f0f4e-6f0e-4a9e-8d53-0a1f4c3d2b1a", NOT_FOUND),
    ],
)
def test_what_is_not_public_is_not_found_in_the_words_of_its_dialect(
    shop: Shop, path: str, body: dict[str, str]
) -> None:
    answer = shop.owner.get(path)
    assert (answer.status_code, answer.json()) == (404, body)


def test_32_orders_at_once_for_the_last_10_pieces_sell_exactly_10(suite: LocalSuite, shop: Shop) -> None:
    product_id = shop.new_product(stock=10)
    order = {"items": [{"product_id": product_id, "quantity": 1}]}

    def place(_: int) -> int:
        with shop.cashier() as cashier:
            answer = cashier.post("/api/orders/", json=order)
        assert answer.status_code == 201 or "Stock insuficiente" in answer.text, answer.text
        return answer.status_code

    with ThreadPoolExecutor(32) as tills:
        outcomes = Counter(tills.map(place, range(32)))
    assert outcomes == {201: 10, 400: 22}
    _assert_stock(shop, product_id, 0)
    assert_books_agree(suite)


def test_a_till_cancels_an_order_and_rings_its_last_piece_again_at_once(shop: Shop) -> None:
    order = {"items": [{"product_id": shop.new_product(stock=1), "quantity": 1}]}
    for _ in range(5):
        placed = made(shop.owner.post("/api/orders/", json=order))
        cancelled = shop.owner.post(f"/api/orders/{placed['id']}/cancel/", json={})
        assert cancelled.status_code == 200, cancelled.text
    made(shop.owner.post("/api/orders/", json=order))


def test_a_cart_s_hold_keeps_other_tills_away_until_it_is_emptied_or_ordered(shop: Shop) -> None:
    product_id = shop.new_product(stock=5)  # cases h01 and h03, with sales

    def hold(till: httpx.Client, amount: int) -> httpx.Response:
        return till.post(f"/api/products/{product_id}/reserve/", json={"amount": amount})

    def order(till: httpx.Client, pieces: int) -> httpx.Response:
        return till.post("/api/orders/", json={"items": [{"product_id": product_id, "quantity": pieces}]})

    with shop.cashier() as cashier:
        held = hold(cashier, 5).json()
        assert (held["reserved_quantity"], held["available_to_sell"]) == (5, 0)
        refused = order(shop.owner, 1)
        assert (refused.status_code, "Disponible: 0" in refused.text) == (400, True), refused.text
        assert hold(cashier, -3).json()["available_to_sell"] == 3
        made(order(shop.owner, 3))
        made(order(cashier, 2))
        assert hold(cashier, -1).json() == {"error": "Cannot release more items than reserved."}
    _assert_stock(shop, product_id, 0)


def test_a_change_feed_is_followed_to_its_end_gzipped_and_then_tells_what_changed(shop: Shop) -> None:
    wanted = {shop.new_product(stock=1) for _ in range(4)}

    def page(url: str, **headers: str) -> httpx.Response:
        answer = shop.owner.get(url, headers={"Accept-Encoding": "gzip", **headers})
        assert answer.status_code in {200, 304}, answer.text
        return answer

    seen: dict[int, Any] = {}
    url, more = "/api/products/changes/?limit=3", True
    while more:
        answer = page(url)
        body = answer.json()
        seen |= {product["id"]: product for product in body["items"]}
        last, url, more = url, f"/api/products/changes/?limit=3&after={body['next']}", body["more"]
    assert seen.keys() >= wanted
    assert page(last, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    everything = page("/api/products/changes/")
    assert everything.headers["Content-Encoding"] == "gzip"
    assert {product["id"] for product in everything.json()["items"]} == seen.keys()

    changed, deleted = sorted(wanted)[:2]
    assert shop.owner.patch(f"/api/products/{changed}/", json={"price": "1.00"}).status_code == 200
    assert shop.owner.delete(f"/api/products/{deleted}/").status_code == 204
    news = page(url).json()
    assert [product["price"] for product in news["items"] if product["id"] == changed] == ["1.00"]
    assert deleted in news["deleted"]
    assert not news["more"]


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


HOSTILE_BODIES = [
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b'{"items": NaN}',
    b'{"items": [{"product_id": "\\ud800", "quantity": 1}]}',
    b'{"items": [{"product_id": 1e400, "quantity": 1}]}',
    b'{"items": [{"product_id": 99999999999999999999999, "quantity": 1}]}',
    b'{"items": [{"product_id": 1, "quantity": -1}]}',
    b'{"items": [{"product_id": 1, "quantity": 99999999999999999999999}]}',
    b'{"items": [' + b",".join([b'{"product_id": 1, "quantity": 1}'] * 10_000) + b"]}",
    b'{"name": "a\\u0000b", "sku": "\\u0000", "first_name": "\\u0000", "email": "\\u0000"}',
    b'{"name": {"a": 1}, "price": [], "sku": true, "customer": "x", "items": {}, "email": 5}',
    b'{"price": "-1", "current_stock": -5, "tax_rate": "99", "sku": "' + b"x" * 70_000 + b'"}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=lambda body: body[:40].decode("latin-1"))
def test_no_body_is_ever_a_server_error(shop: Shop, body: bytes) -> None:
    paths = (
        "orders",
        "products",
        "suppliers",
        "promotions",
        "customers",
        "users",
        "chatbotusers",
        "auth/login",
    )
    for path in (*(f"/api/{path}/" for path in paths), "/auth/login", "/auth/register"):
        answer = shop.owner.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 401, 404}, f"{path}: {answer.status_code} {answer.text[:300]}"
        assert isinstance(answer.json(), dict)


def test_whatever_is_wrong_with_a_body_what_is_not_there_is_404(shop: Shop) -> None:
    told = answers_about_unknown_things(shop.owner)
    assert len(told) >= REQUESTS_ABOUT_A_THING
    assert {request: status for request, status in told.items() if status != 404} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/api/orders/99999999999999999999999/",
        "/api/orders/-1/",
        "/api/orders/x/",
        "/api/products/%00/",
        "/api/products/%ff/",
        "/api/customers/0/",
        "/api/chatbotusers/%F0%9F%92%A9/",
        "/api/products/?limit=0",
        "/api/products/?offset=-1",
        "/api/products/?search=%00",
        "/api/orders/?status=%ff&customer=99999999999999999999",
        "/api/analytics/sales-summary/?start_date=2026-02-30",
        "/api/analytics/sales-summary/?start_date=%00",
        "/products/99999999999999999999999",
    ],
)
def test_no_path_or_query_is_ever_a_server_error(shop: Shop, path: str) -> None:
    answer = shop.owner.get(path)
    assert answer.status_code in {400, 404}, f"{answer.status_code} {answer.text[:300]}"
    assert isinstance(answer.json(), dict)


def test_without_catalog_orders_are_refused_at_once_and_customers_are_served(
    suite: LocalSuite, shop: Shop
) -> None:
    product_id = shop.new_product(stock=5)
    suite.stop_process("catalog")
    _assert_unavailable(shop.owner.get("/api/products/"), POS_UNAVAILABLE)
    _assert_unavailable(shop.owner.get("/products"), STORE_UNAVAILABLE)
    order = {"items": [{"product_id": product_id, "quantity": 1}]}
    _assert_unavailable(shop.owner.post("/api/orders/", json=order), POS_UNAVAILABLE)
    assert shop.owner.get("/api/customers/").status_code == 200
    assert shop.owner.get("/api/orders/").status_code == 200
    assert shop.owner.get("/health").json()["status"] == "degraded"

    suite.start_process("catalog")
    suite.wait_ready("catalog")
    with Till(shop) as till:
        till.sell(order)
    _assert_stock(shop, product_id, 4)


def test_a_customer_pays_with_the_points_of_a_sale_and_on_credit(suite: LocalSuite, shop: Shop) -> None:
    product_id = shop.new_product(stock=100, price="100.00")
    customer_id = shop.new_customer(credit_limit="500.00")
    sold = _order(shop, product_id, pieces=90, customer_id=customer_id)
    assert _pay(shop, sold, "CASH").status_code == 200  # 10,440.00 earn 104 points
    _wait_for_balances(shop, customer_id, points=104, credit_used="0.00")

    dear = _order(shop, product_id, pieces=1, customer_id=customer_id)
    assert _pay(shop, dear, "POINTS").json() == {
        "detail": "Saldo de puntos insuficiente. Puntos disponibles: 104.00, Total a pagar: 116.00"
    }
    assert _pay(shop, dear, "CREDIT").status_code == 200
    _wait_for_balances(shop, customer_id, points=105, credit_used="116.00")
    cheap = _order(shop, shop.new_product(stock=1, price="90.00"), pieces=1, customer_id=customer_id)
    assert _pay(shop, cheap, "POINTS").json()["final_amount"] == "104.40"  # takes 105 points, earns one
    _wait_for_balances(shop, customer_id, points=1, credit_used="116.00")
    shared = _order(shop, shop.new_product(stock=1, price="10.00"), pieces=1, customer_id=customer_id)
    tenders = (("POINTS", "1.00"), ("CREDIT", "5.00"), ("CASH", "5.60"))
    payments = [{"payment_method": method, "amount": amount} for method, amount in tenders]
    paid = shop.owner.post(f"/api/orders/{shared['id']}/pay/", json={"payments": payments})
    assert (paid.status_code, paid.json()["payment_method"]) == (200, "MIXED")
    _wait_for_balances(shop, customer_id, points=0, credit_used="121.00")
    assert_books_agree(suite)


def test_goods_are_kept_for_a_customer_who_pays_in_parts(suite: LocalSuite, shop: Shop) -> None:
    customer_id, product_id = shop.new_customer(), shop.new_product(stock=3, price="100.00")
    paid, cancelled = (_laid_away(shop, product_id, customer_id) for _ in range(2))
    assert shop.stock_of(product_id) == 1
    path, rest = f"/api/layaways/{paid['id']}/payments/", {"payment_method": "CARD", "amount": "66.00"}
    answer = shop.owner.post(path, json={"payments": [rest]})
    assert (answer.status_code, answer.json()["status"]) == (201, "PAID")
    _wait_for_balances(shop, customer_id, points=1, credit_used="0.00")
    answer = shop.owner.post(f"/api/layaways/{cancelled['id']}/cancel/", json={"reason": "Ya no la quiere"})
    assert (answer.status_code, answer.json()["refunds"]) == (
        200,
        [{"payment_method": "CASH", "amount": "50.00"}],
    )
    assert shop.stock_of(product_id) == 2
    assert_books_agree(suite)


def test_a_payment_that_customers_does_not_answer_ends_by_itself(suite: LocalSuite, shop: Shop) -> None:
    order = _order(shop, shop.new_product(stock=1), pieces=1, customer_id=shop.new_customer())
    suite.stop_process("customers")
    _assert_unavailable(_pay(shop, order, "POINTS"), POS_UNAVAILABLE)
    assert _pay(shop, order, "CASH").status_code == 400
    assert shop.owner.post(f"/api/orders/{order['id']}/cancel/", json={}).status_code == 400
    assert shop.owner.get(f"/api/orders/{order['id']}/").json()["status"] == "PENDING"

    suite.start_process("customers")
    suite.wait_ready("customers")

    def can_be_paid() -> None:
        assert _pay(shop, order, "CASH").status_code == 200

    eventually(can_be_paid, within_seconds=ENDED_WITHIN_SECONDS)
    assert_books_agree(suite)


@pytest.fixture
def sold_on_credit(suite: LocalSuite, shop: Shop) -> None:
    """An order that a customer paid on credit, taken over by all services."""
    customer_id = shop.new_customer(credit_limit="500.00")
    order = _order(shop, shop.new_product(stock=5), pieces=2, customer_id=customer_id)
    assert _pay(shop, order, "CREDIT").status_code == 200
    assert_books_agree(suite)
    assert_nothing_held(suite)


@pytest.mark.usefixtures("sold_on_credit")
def test_an_operator_sees_which_invariant_is_broken(suite: LocalSuite) -> None:
    assert _judged(suite) == (0, frozenset())
    with SPOILT[0].in_suite(suite):
        assert _judged(suite) == (1, SPOILT[0].rules)


@pytest.fixture
def laid_away(suite: LocalSuite, shop: Shop) -> None:
    """Goods that are kept for a customer who has paid a part."""
    _laid_away(shop, shop.new_product(stock=1, price="100.00"), shop.new_customer())
    assert_books_agree(suite)


@pytest.fixture
def sold_on_the_web(suite: LocalSuite, shop: Shop) -> None:
    """Orders of the web shop in every state that the invariants judge, taken over by all services."""
    sell_on_the_web(WebShop.of(shop), (shop.new_product(stock=20), shop.new_product(stock=20)))
    assert_books_agree(suite)


@pytest.fixture
def sold_in_a_shift(suite: LocalSuite, shop: Shop) -> None:
    """A shift that was closed, with a sale of two tenders and a movement."""
    sell_in_a_shift(shop, shop.new_product(stock=1))
    assert_books_agree(suite)


@pytest.fixture
def taken_back(suite: LocalSuite, shop: Shop) -> None:
    """A return at a till, of an order that was paid on credit and by card, known to all services."""
    take_back_at_a_till(shop)
    assert_books_agree(suite)


@pytest.fixture
def approved(suite: LocalSuite, shop: Shop) -> None:
    """An order at a discount by hand that somebody else has approved."""
    sell_at_an_approved_discount(shop)
    assert_books_agree(suite)


@pytest.fixture
def sold_without_a_network(suite: LocalSuite, shop: Shop) -> None:
    """A sale that its till has sent later."""
    sell_without_a_network(shop)
    assert_books_agree(suite)


@pytest.mark.usefixtures(
    "taken_back",
    "sold_in_a_shift",
    "sold_on_credit",
    "laid_away",
    "sold_on_the_web",
    "approved",
    "sold_without_a_network",
)
def test_every_invariant_is_seen_to_be_broken(suite: LocalSuite) -> None:
    for spoilt in ALL_SPOILT:
        with spoilt.in_suite(suite):
            assert broken_rules(suite) == spoilt.rules
    assert broken_rules(suite) == set()
    named = {rule.name for rule in RULES}
    assert set().union(*(spoilt.rules for spoilt in ALL_SPOILT)) == named


@pytest.mark.usefixtures("sold_on_credit", "sold_on_the_web")
def test_an_operator_sees_which_figures_are_not_the_owners(suite: LocalSuite) -> None:
    assert_figures_are_the_owners(suite)
    (spoilt,) = [each for each in SPOILT if "update sale_facts set final_amount" in each.change]
    with spoilt.in_suite(suite):
        status, said = rebuild(suite, "--verify")
    assert status == 1
    assert "sale_facts: 1 row differs" in said


def test_figures_are_rebuilt_while_tills_sell_and_reports_are_read(
    suite: LocalSuite, shop: Shop, goods: Goods
) -> None:
    answers: Counter[int] = Counter()
    with BusyTills(shop, goods) as tills, ThreadPoolExecutor(1) as operator:
        tills.wait_for_sales(BUSY_TILLS)
        rebuilding = operator.submit(rebuild, suite)
        while not rebuilding.done():
            answers[shop.owner.get("/api/analytics/sales-summary/").status_code] += 1
        tills.sell_at_another()
    status, said = rebuilding.result()
    assert (status, set(answers)) == (0, {200}), said
    _assert_nothing_lost_or_doubled(suite, shop, goods, tills)
    assert_figures_are_the_owners(suite)


@pytest.mark.usefixtures("sold_on_credit")
def test_a_rebuild_that_is_killed_changes_nothing_and_the_next_one_ends(
    suite: LocalSuite, shop: Shop
) -> None:
    before = shop.revenue()
    kill_before_tables_change_place(suite)
    assert shop.revenue() == before
    assert is_left_over(suite)
    with Till(shop) as till:
        till.sell({"items": [{"product_id": shop.new_product(stock=1), "quantity": 1}]})
    assert_books_agree(suite)
    status, said = rebuild(suite)
    assert status == 0, said
    assert not is_left_over(suite)
    assert_books_agree(suite)


def _judged(suite: LocalSuite) -> tuple[int, frozenset[str]]:
    """The exit code of the operators' command, and the rules that it calls broken."""
    command = [sys.executable, "-m", "tests.e2e.invariants", "--state-dir", str(suite.state.path)]
    done = subprocess.run(
        [*command, "--patience", "2"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("broken ")]
    names = frozenset(line.split(maxsplit=2)[2] for line in told if "not judged" not in line)
    return done.returncode, names


def test_each_process_is_restarted_while_tills_sell(suite: LocalSuite, shop: Shop, goods: Goods) -> None:
    # Sales comes first, while all tills are at work. The last turn is shared; the short day ends each alone.
    alone = [suite.processes_of(name) for name in EVERY_SALE_NEEDS]
    others = sorted({process.name for process in suite.processes}.difference(*alone))
    with BusyTills(shop, goods) as tills:
        tills.wait_for_sales(BUSY_TILLS)
        for turn in (*alone, others):
            suite.restart(*turn)
            tills.sell_at_another()
        tills.wait_for_sales(BUSY_TILLS)
    _assert_nothing_lost_or_doubled(suite, shop, goods, tills)


def test_a_short_day_at_the_shop_loses_nothing_although_every_process_is_killed(
    suite: LocalSuite, shop: Shop, faults: Faults
) -> None:
    report = play_day(suite, shop, faults, short_day(suite), tell=print)
    assert_nothing_lost(report)
    assert_everything_happened(report)


def test_a_day_without_a_network_ends_in_the_same_books_however_it_is_sent_and_whatever_ends(
    suite: LocalSuite, shop: Shop, faults: Faults
) -> None:
    Days(suite, shop, faults, tell=print).play(SHORT_SEED, SHORT_ENDS)


def test_sales_go_on_without_the_broker_and_their_events_arrive_later(
    suite: LocalSuite, shop: Shop, goods: Goods
) -> None:
    if "rabbitmq" not in suite.states():
        pytest.skip("the RabbitMQ here is not the suite's own: it cannot be stopped")
    with BusyTills(shop, goods) as tills:
        suite.stop_process("rabbitmq")
        tills.sell_for(BROKER_AWAY_SECONDS)
        tills.wait_for_sales(BUSY_TILLS)
        assert "broker" in suite.not_ready()["analytics-worker"]
        assert shop.revenue() < revenue_of_sales(suite)
        suite.start_process("rabbitmq")
        suite.wait_ready("rabbitmq")
        suite.wait_ready()
    _assert_nothing_lost_or_doubled(suite, shop, goods, tills)


def test_sales_come_back_with_the_database(suite: LocalSuite, shop: Shop, goods: Goods) -> None:
    if "postgres" not in suite.states():
        pytest.skip("the PostgreSQL here is not the suite's own: it cannot be stopped")
    with BusyTills(shop, goods) as tills:
        tills.wait_for_sales(BUSY_TILLS)
        suite.kill("postgres", signal.SIGQUIT)  # as in a crash: ends at once and recovers from the WAL
        tills.sell_at_another()

        suite.stop_process("postgres")
        _assert_unavailable(shop.owner.get("/api/orders/"), POS_UNAVAILABLE)
        shopper = {"username": "somebody", "password": "some-password"}
        _assert_unavailable(shop.owner.post("/auth/login", json=shopper), STORE_UNAVAILABLE)
        assert "database" in suite.not_ready()["sales"]
        suite.start_process("postgres")
        tills.sell_at_another()
        suite.wait_ready()
    _assert_nothing_lost_or_doubled(suite, shop, goods, tills)


@pytest.mark.backpressure
@pytest.mark.parametrize("story", backpressure_stories.STORIES, ids=lambda story: story.__name__)
def test_more_work_than_can_be_done_is_refused_and_harms_nothing(
    suite: LocalSuite, shop: Shop, story: backpressure_stories.Story
) -> None:
    story(suite, shop)
    assert_books_agree(suite)


def test_orders_cut_off_between_stock_and_commit_give_their_stock_back(suite: LocalSuite, shop: Shop) -> None:
    product_id = shop.new_product(stock=20)
    left = 20 - CUT_OFF_ORDERS
    keys = _cut_off(suite, shop, product_id, CUT_OFF_ORDERS)
    _assert_stock(shop, product_id, left)  # the stock is not for sale, because an order may still commit
    assert orders_of(suite, [product_id]) == []
    suite.wait_ready("sales")
    # The tills repeat their requests: each order is placed again and allocates its stock a second time.
    with ThreadPoolExecutor(CUT_OFF_ORDERS) as customers:
        placed = set(customers.map(lambda key: _place_one(shop, product_id, key), keys))
    assert {order_id for order_id, _, _ in orders_of(suite, [product_id])} == placed
    assert len(placed) == CUT_OFF_ORDERS
    assert_nothing_held(suite)
    _assert_stock(shop, product_id, left)
    assert_books_agree(suite)


@pytest.mark.parametrize("name", ["sales", "catalog"])
def test_a_till_sells_soon_after_a_process_is_back(suite: LocalSuite, shop: Shop, name: str) -> None:
    order = {"items": [{"product_id": shop.new_product(stock=1_000), "quantity": 1}]}
    with shop.cashier() as till:
        suite.kill(name, signal.SIGKILL)
        while name in suite.not_ready():
            till.post("/api/orders/", json=order)  # each failure keeps the breakers open

        def is_sold() -> None:
            assert till.post("/api/orders/", json=order).status_code == 201

        eventually(is_sold, within_seconds=SERVED_AGAIN_WITHIN_SECONDS)
    assert_books_agree(suite)


def test_the_first_request_to_each_service_after_the_database_restarted_is_answered(
    suite: LocalSuite, shop: Shop
) -> None:
    if "postgres" not in suite.states():
        pytest.skip("the PostgreSQL here is not the suite's own: it cannot be stopped")
    shop.revenue()
    suite.restart("postgres")
    for path in FIRST_READS:
        assert shop.owner.get(path).status_code != 503, path
    suite.restart("postgres")
    shop.new_product(stock=1)
    shop.new_customer()
    order = {"items": [{"product_id": shop.new_product(stock=1), "quantity": 1}]}
    made(shop.owner.post("/api/orders/", json=order))


def test_a_till_sells_the_last_piece_by_repeating_a_request_that_sales_died_of(
    suite: LocalSuite, shop: Shop
) -> None:
    product_id = shop.new_product(stock=1)
    (key,) = _cut_off(suite, shop, product_id, 1)
    suite.wait_ready("sales")
    _place_one(shop, product_id, key)
    _assert_stock(shop, product_id, 0)
    assert_nothing_held(suite)
    assert_books_agree(suite)


def test_every_panel_of_the_dashboards_has_something_to_show(suite: LocalSuite, shop: Shop) -> None:
    _sell_one(shop, shop.new_product(stock=1))
    assert_panels_show_something(suite)


def test_no_log_of_all_these_stories_holds_a_secret(suite: LocalSuite) -> None:
    assert secrets_in_logs(suite, PASSWORDS_IN_CLEAR) == []


@contextmanager
def nobody_commits_an_order(suite: LocalSuite) -> Iterator[psycopg.Connection]:
    """Block the insert of orders: an order waits there with its stock allocated.

    Only the superuser may end the connections of sales' processes.
    """
    with psycopg.connect(suite.postgres_admin_url, dbname="sales") as database:
        database.execute("lock table orders in share row exclusive mode")
        yield database
        database.rollback()


def _cut_off(suite: LocalSuite, shop: Shop, product_id: int, orders: int) -> list[str]:
    """Kill sales while so many tills order a piece each: its stock is allocated, and no order commits.

    Returns the keys of the requests, which no till has repeated.
    """
    keys, sales, given_up = [str(uuid4()) for _ in range(orders)], suite.states()["sales"].pid, Event()
    with ThreadPoolExecutor(orders) as tills:
        with nobody_commits_an_order(suite) as database:
            cut_off = [tills.submit(_place_one, shop, product_id, key, given_up) for key in keys]
            eventually(partial(_stop_where_orders_wait, sales, database, orders), within_seconds=60)
            given_up.set()
            suite.kill("sales", signal.SIGKILL)
            database.execute(END_WHAT_WAITS)  # otherwise PostgreSQL would commit the waiting statements
        assert all("Bad gateway" in str(order.exception()) for order in cut_off)
    return keys


def _stop_where_orders_wait(sales: int, database: psycopg.Connection, orders: int) -> None:
    """Stop the process of sales while it waits for so many inserts, which PostgreSQL refuses after 4 s.

    Until it is killed it gives no stock back.
    """
    assert database.execute(COUNT_WHAT_WAITS).fetchone() == (orders,)
    os.kill(sales, signal.SIGSTOP)
    if database.execute(COUNT_WHAT_WAITS).fetchone() != (orders,):
        os.kill(sales, signal.SIGCONT)
        raise AssertionError("an order was refused just before")


def _place_one(shop: Shop, product_id: int, key: str, giving_up: Event | None = None) -> int:
    """Order a piece, with this key, until that is answered; the order's id."""
    with Till(shop, giving_up) as till:
        answer = till.ask("/api/orders/", {"items": [{"product_id": product_id, "quantity": 1}]}, key)
    return int(made(answer)["id"])


def _sell_one(shop: Shop, product_id: int) -> Receipt:
    with Till(shop) as till:
        return till.sell({"items": [{"product_id": product_id, "quantity": 1}]})


def _order(shop: Shop, product_id: int, *, pieces: int, customer_id: int) -> dict[str, Any]:
    items = [{"product_id": product_id, "quantity": pieces}]
    order: dict[str, Any] = made(
        shop.owner.post("/api/orders/", json={"items": items, "customer": customer_id})
    )
    return order


def _laid_away(shop: Shop, product_id: int, customer_id: int) -> dict[str, Any]:
    """A layaway of a piece of the product, with 50.00 paid in cash."""
    deposit = {"payments": [{"payment_method": "CASH", "amount": "50.00"}]}
    items = [{"product_id": product_id, "quantity": 1}]
    body = {"customer": customer_id, "items": items, "deposit": deposit}
    answer = shop.owner.post("/api/layaways/", json=body)
    assert answer.status_code == 201, answer.text
    layaway: dict[str, Any] = answer.json()
    return layaway


def _pay(shop: Shop, order: dict[str, Any], method: str) -> httpx.Response:
    return shop.owner.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": method})


def _wait_for_balances(shop: Shop, customer_id: int, *, points: int, credit_used: str) -> None:
    def are_booked() -> None:
        customer = shop.owner.get(f"/api/customers/{customer_id}/").json()
        assert (customer["current_points"], customer["credit_used"]) == (points, credit_used)

    eventually(are_booked, within_seconds=QUICK_SECONDS)


def _assert_stock(shop: Shop, product_id: int, pieces: int) -> None:
    assert shop.stock_of(product_id) == pieces


def _assert_unavailable(answer: httpx.Response, body: dict[str, str]) -> None:
    assert (answer.status_code, answer.json()) == (503, body)
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.elapsed.total_seconds() < QUICK_SECONDS


def _assert_nothing_lost_or_doubled(suite: LocalSuite, shop: Shop, goods: Goods, tills: BusyTills) -> None:
    """Every sale that a till got an answer for is stored as answered, once, and all records agree."""
    told = Counter((sale.order_id, sale.status, sale.final_amount) for sale in tills.receipts)
    written = Counter(orders_of(suite, goods.product_ids))
    assert not told - written, "sales that were lost, or are not as they were told"
    assert not written - told, "sales that nobody asked for"
    assert_books_agree(suite)
    assert shop.revenue() == revenue_of_sales(suite)
