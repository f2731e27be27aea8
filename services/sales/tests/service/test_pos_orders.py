"""GET /api/orders/ and /api/orders/{id}/."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.links import next_page, rest_of
from libs.testing.pos import NOT_FOUND
from services.sales.deps import Deps
from services.sales.tests.builders import cancel, paid, placed
from services.sales.tests.fakes import Folios


async def listed(till: AsyncClient, **query: object) -> list[int]:
    answer = await till.get(f"/api/orders/?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return [order["id"] for order in answer.json()]


async def test_the_detail_is_what_the_till_got_when_it_placed_the_order(till: AsyncClient) -> None:
    order = await placed(till, (20, 3), (15, 2), customer=1)
    answer = await till.get(f"/api/orders/{order['id']}/")
    assert (answer.status_code, answer.json()) == (200, order)


async def test_an_unknown_order_is_404(till: AsyncClient) -> None:
    answer = await till.get("/api/orders/99/")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


async def test_an_order_of_the_web_is_not_the_tills_to_see(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    await deps.database.execute("update orders set channel = 'WEB', status = 'pending'")
    assert (await till.get(f"/api/orders/{order['id']}/")).status_code == 404
    assert await listed(till) == []


@pytest.mark.parametrize("path", ["/api/orders/1/refund/"])
async def test_paths_that_are_not_built_yet_are_404(till: AsyncClient, path: str) -> None:
    assert (await till.get(path)).status_code == 404


async def test_a_list_holds_whole_orders_newest_first(till: AsyncClient, clock: FakeClock) -> None:
    first = await placed(till, (15, 1), (20, 2))
    clock.advance(seconds=1)
    second = await placed(till, (20, 1), customer=1)
    assert (await till.get("/api/orders/")).json() == [second, first]


async def test_a_page_has_the_total_and_a_link_to_the_next(till: AsyncClient) -> None:
    for _ in range(3):
        await placed(till)
    answer = await till.get("/api/orders/?limit=2&status=PENDING")
    assert [order["id"] for order in answer.json()] == [3, 2]
    assert answer.headers["X-Total-Count"] == "3"
    assert answer.headers["Link"].startswith("<?status=PENDING&limit=2&cursor=")


async def test_orders_placed_while_a_list_is_read_are_no_reason_to_show_one_twice(
    till: AsyncClient, clock: FakeClock
) -> None:
    for _ in range(5):
        await placed(till)
        clock.advance(seconds=1)
    answer = await till.get("/api/orders/?limit=2")
    shown = [order["id"] for order in answer.json()]
    while url := next_page(answer):
        await placed(till)
        clock.advance(seconds=1)
        answer = await till.get(url)
        shown += [order["id"] for order in answer.json()]
    assert shown == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("ordering", ["created_at", "-created_at", "-id", "created_at,-id"])
async def test_links_lead_through_orders_that_are_not_paid_too(
    till: AsyncClient, clock: FakeClock, ordering: str
) -> None:
    for number in range(1, 6):
        await (paid if number % 2 else placed)(till)
        clock.advance(seconds=1)
    whole = [order["id"] for order in (await till.get(f"/api/orders/?ordering={ordering}")).json()]
    first = await till.get(f"/api/orders/?ordering={ordering}&limit=1")
    assert [first.json()[0]["id"], *await rest_of(till, first)] == whole


@pytest.mark.parametrize(("offset", "ids"), [(2, [1]), (3, []), (50, [])])
async def test_the_last_pages_know_the_total_too(till: AsyncClient, offset: int, ids: list[int]) -> None:
    for _ in range(3):
        await placed(till)
    answer = await till.get(f"/api/orders/?limit=2&offset={offset}")
    assert [order["id"] for order in answer.json()] == ids
    assert (answer.headers["X-Total-Count"], "Link" in answer.headers) == ("3", False)


async def test_a_list_is_narrowed_by_status(till: AsyncClient) -> None:
    await placed(till)
    await paid(till)
    await cancel(till, (await placed(till))["id"])
    assert [await listed(till, status=status) for status in ("PENDING", "PAID", "CANCELLED")] == [
        [1],
        [2],
        [3],
    ]


async def test_a_list_is_narrowed_by_customer(till: AsyncClient) -> None:
    await placed(till)
    await placed(till, customer=1)
    assert await listed(till, customer=1) == [2]
    assert await listed(till, customer=2) == []


async def test_a_list_is_narrowed_by_payment_method(till: AsyncClient) -> None:
    await paid(till, "CASH")
    await paid(till, "CARD")
    await placed(till)
    assert await listed(till, payment_method="CARD") == [2]


async def test_dates_are_days_of_the_store_and_inclusive(till: AsyncClient, clock: FakeClock) -> None:
    for moment in (
        datetime(2026, 3, 2, 5, 59, 59, tzinfo=UTC),  # the last second of 1 March in Mexico
        datetime(2026, 3, 2, 6, 0, tzinfo=UTC),
        datetime(2026, 3, 3, 5, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 3, 6, 0, tzinfo=UTC),
    ):
        clock.set(moment)
        await placed(till)
    assert await listed(till, date_from="2026-03-02", date_to="2026-03-02") == [3, 2]
    assert await listed(till, date_from="2026-03-03") == [4]
    assert await listed(till, date_to="2026-03-01") == [1]


@pytest.mark.parametrize(
    "query",
    [
        {"date_from": "0001-01-01", "date_to": "9999-12-31"},
        {"status": "PENDING", "customer": 1, "date_from": "2026-03-02", "search": "0000"},
        dict.fromkeys(["status", "customer", "payment_method", "date_from", "folio", "flag", "reviewed"], ""),
    ],
)
async def test_filters_hold_together_up_to_the_ends_of_time_and_blank_ones_do_not_filter(
    till: AsyncClient, query: dict[str, object]
) -> None:
    await placed(till, customer=1)
    assert await listed(till, **query) == [1]


async def test_filters_that_contradict_one_another_find_nothing(till: AsyncClient) -> None:
    await placed(till, customer=1)
    assert await listed(till, customer=1, status="PAID") == []
    assert await listed(till, date_from="2026-03-03", date_to="2026-03-01") == []


@pytest.mark.parametrize(
    ("search", "ids"),
    [("F47AC10B", [1]), ("f47a", [2, 1]), ("47AC", []), ("F47%", []), ("_47AC10B", [])],
)
async def test_a_search_finds_folios_by_their_beginning(
    till: AsyncClient, folios: Folios, search: str, ids: list[int]
) -> None:
    folios.next = ["F47AC10B", "F47A0000", "00000000"]
    for _ in range(3):
        await placed(till)
    assert await listed(till, search=search) == ids


@pytest.mark.parametrize(
    ("ordering", "ids"),
    [
        ("id", [1, 2, 3]),
        ("-id", [3, 2, 1]),
        ("created_at", [1, 2, 3]),
        ("-created_at", [3, 2, 1]),
        ("final_amount", [3, 2, 1]),
        ("paid_at", [3, 2, 1]),
    ],
)
async def test_a_list_is_ordered_as_asked_if_an_index_has_the_order(
    till: AsyncClient, ordering: str, ids: list[int]
) -> None:
    for quantity in (3, 1, 2):
        await placed(till, (15, quantity))
    assert await listed(till, ordering=ordering) == ids


async def test_all_bad_filters_are_named_at_once(till: AsyncClient) -> None:
    answer = await till.get("/api/orders/?status=paid&customer=abc")
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "status": ['"paid" is not a valid choice.'],
            "customer": ["Incorrect type. Expected pk value, received str."],
        },
    )
