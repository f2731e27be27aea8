"""Answers when a service hangs, dies or talks nonsense: real sockets behind the real proxy."""

import asyncio
import gzip
from functools import partial

import pytest
from structlog.testing import capture_logs

from gateway.tests.service.stubs import NOBODY, OK, hang_up, never, says, service, through, well
from libs.common.calls.breaker import FAILURES_TO_OPEN
from libs.testing.answers import answered
from libs.testing.metrics import counts
from libs.testing.pos import UNAVAILABLE
from libs.testing.waiting import eventually

BROKEN = {"detail": "Bad gateway."}
LATE = {"detail": "Gateway timeout."}


async def test_a_service_that_is_not_there_is_down() -> None:
    async with through({"sales": NOBODY}) as client:
        answer = await client.get("/api/sales/")
        assert answered(answer) == (503, UNAVAILABLE)
        assert answer.headers["Retry-After"] == "2"


async def test_a_service_that_does_not_answer_in_time_is_late() -> None:
    async with service(never) as hung, through({"sales": hung.address}, seconds=0.2) as client:
        answer = await client.get("/api/sales/")
        assert answered(answer) == (504, LATE)
        assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    "nonsense",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ncontent-",
    ],
)
async def test_an_answer_that_is_none_is_a_bad_gateway(nonsense: bytes) -> None:
    async with service(says(nonsense)) as broken, through({"sales": broken.address}) as client:
        answer = await client.post("/api/sales/", json={})
        assert answered(answer) == (502, BROKEN)
        assert answer.headers["Retry-After"] == "2"
        assert broken.asked == 1


async def test_an_answer_that_is_none_puts_nothing_of_the_request_in_the_log() -> None:
    nonsense = says(b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}")
    token = {"Authorization": "Bearer e.y.J"}
    async with service(nonsense) as broken, through({"chatbot": broken.address}) as client:
        with capture_logs() as lines:
            answer = await client.get("/api/chatbot/+5215512345678/", headers=token)
    assert answered(answer) == (502, BROKEN)
    assert "no_answer" in {line["event"] for line in lines}
    assert not [word for word in ("e.y.J", "5512345678") if word in str(lines)]


async def test_the_storefront_hears_it_in_its_own_words() -> None:
    async with service(hang_up) as broken, through({"sales": broken.address}) as client:
        assert answered(await client.post("/shop/sales/")) == (502, {"error": "Bad gateway"})


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_what_may_be_repeated_is_sent_again_when_the_connection_died(method: str) -> None:
    async def once_dead(writer: asyncio.StreamWriter) -> None:
        if flaky.asked == 2:
            writer.close()
        else:
            writer.write(OK)

    async with service(once_dead) as flaky, through({"sales": flaky.address}) as client:
        assert (await client.get("/api/sales/")).status_code == 200
        body = b'{"a": 1}' if method == "PUT" else b""
        assert (await client.request(method, "/api/sales/", content=body)).status_code == 200
        assert flaky.asked == 3


async def test_it_is_sent_again_only_once() -> None:
    async with service(hang_up) as broken, through({"sales": broken.address}) as client:
        assert answered(await client.get("/api/sales/")) == (502, BROKEN)
        assert broken.asked == 2


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
async def test_a_post_is_never_sent_twice(headers: dict[str, str]) -> None:
    async with service(hang_up) as broken, through({"sales": broken.address}) as client:
        assert answered(await client.post("/api/sales/", headers=headers)) == (502, BROKEN)
        assert broken.asked == 1


async def test_a_streamed_body_is_never_sent_twice() -> None:
    async with service(hang_up) as broken, through({"sales": broken.address}) as client:
        answer = await client.put("/api/sales/", content=b"x" * 200_000)
        assert answered(answer) == (502, BROKEN)
        assert broken.asked == 1


async def test_after_five_failures_in_a_row_the_service_is_left_alone() -> None:
    async with service(hang_up) as broken, through({"sales": broken.address}) as client:
        for _ in range(5):
            assert (await client.post("/api/sales/")).status_code == 502
        assert answered(await client.post("/api/sales/")) == (503, UNAVAILABLE)
        assert broken.asked == 5


async def test_a_service_that_hangs_is_left_alone_too() -> None:
    async with service(never) as hung, through({"sales": hung.address}, seconds=1.0) as client:
        answers = await asyncio.gather(*(client.get("/api/sales/") for _ in range(5)))
        assert {answer.status_code for answer in answers} == {504}
        assert answered(await client.get("/api/sales/")) == (503, UNAVAILABLE)
        assert hung.asked == 5


async def test_a_service_that_came_back_is_asked_again() -> None:
    async def dead_at_first(writer: asyncio.StreamWriter) -> None:
        if recovering.asked <= FAILURES_TO_OPEN:
            writer.close()
        else:
            writer.write(OK)

    async with service(dead_at_first) as recovering, through({"sales": recovering.address}) as client:
        for _ in range(FAILURES_TO_OPEN):
            await client.post("/api/sales/")

        async def served_again() -> bool:
            return (await client.post("/api/sales/")).status_code == 200

        await eventually(served_again)
        assert recovering.asked == FAILURES_TO_OPEN + 1


async def test_a_request_to_a_service_is_measured_by_its_outcome() -> None:
    measured = partial(counts, "outgoing_call_duration_seconds_count", callee="sales")
    async with service(well) as working, through({"sales": working.address}) as client:
        with measured(outcome="answered"):
            await client.get("/api/sales/")
    async with through({"sales": NOBODY}) as client:
        with measured(FAILURES_TO_OPEN, outcome="failed"), measured(outcome="breaker_open"):
            for _ in range(FAILURES_TO_OPEN + 1):
                await client.get("/api/sales/")


async def test_a_service_that_says_it_is_unavailable_is_asked_on() -> None:
    """One of its parts may be down; what needs another part goes on."""

    async def unavailable(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 No\r\ncontent-length: 2\r\nretry-after: 7\r\n\r\n{}")

    async with service(unavailable) as busy, through({"sales": busy.address}) as client:
        answers = [await client.get("/api/sales/") for _ in range(10)]
        assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "7")}
        assert busy.asked == 10


@pytest.mark.backpressure
async def test_a_hanging_service_takes_only_its_own_slots() -> None:
    async with (
        service(never) as hung,
        service(well) as healthy,
        through({"sales": hung.address, "catalog": healthy.address}, requests_max=3, seconds=30.0) as client,
        asyncio.TaskGroup() as group,
    ):
        waiting = [group.create_task(client.get("/api/sales/")) for _ in range(3)]
        await eventually(lambda: hung.asked == 3)
        async with asyncio.timeout(20):  # below the deadline of those who wait
            beyond = await asyncio.gather(*(client.get("/api/sales/") for _ in range(20)))
            others = [await client.get("/api/catalog/") for _ in range(20)]
        assert {answer.status_code for answer in beyond} == {503}
        assert {answer.headers["Retry-After"] for answer in beyond} == {"2"}
        assert {answer.status_code for answer in others} == {200}
        assert hung.asked == 3
        for task in waiting:
            task.cancel()


async def test_a_slot_is_free_again_after_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "gateway.upstreams.SLOT_WAIT_SECONDS", 10.0
    )  # the ninth waits for eight, on any machine
    async with service(well) as healthy, through({"sales": healthy.address}, requests_max=1) as client:
        answers = await asyncio.gather(*(client.get("/api/sales/") for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}
        assert len(healthy.lines) == 1


async def test_an_encoded_answer_and_its_validators_pass_untouched() -> None:
    content = gzip.compress(b"{}")
    head = f'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: "a"\r\nContent-Length: {len(content)}\r\n\r\n'
    async with (
        service(says(head.encode() + content)) as encoded,
        through({"sales": encoded.address}) as client,
    ):
        async with client.stream("GET", "/api/sales/", headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert (raw, answer.headers["ETag"], answer.headers["Content-Encoding"]) == (content, '"a"', "gzip")
    assert b"accept-encoding: gzip" in encoded.heads[0].lower()


async def test_a_link_that_repeats_a_long_query_passes() -> None:
    """Its commas and slashes are encoded there: a visitor who may send 8 KiB gets 24 back, not a breaker."""
    link = b"<?search=" + b"%2C" * (8 * 1024) + b'&cursor=a>; rel="next"'
    head = b"HTTP/1.1 200 OK\r\nLink: " + link + b"\r\nContent-Length: 2\r\n\r\n"
    async with service(says(head + b"{}")) as listing, through({"sales": listing.address}) as client:
        answer = await client.get("/api/sales/")
        assert (answer.status_code, answer.headers["Link"]) == (200, link.decode())


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
async def test_an_answer_without_a_body_ends_with_its_head(status: bytes) -> None:
    async def empty(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 " + status + b'\r\nETag: "a"\r\n\r\n')

    async with service(empty) as served, through({"sales": served.address}) as client:
        for _ in range(2):
            answer = await client.get("/api/sales/")
            assert (answer.status_code, answer.content) == (int(status[:3]), b"")
        assert len(served.lines) == 1


async def test_expect_is_answered_here_and_goes_no_further() -> None:
    async with service(well) as served, through({"sales": served.address}) as client:
        await client.get("/api/sales/", headers={"Expect": "100-continue"})
        assert b"expect" not in served.heads[0].lower()


async def test_every_header_that_is_meant_for_the_connection_stays_there() -> None:
    headers = [("Connection", "X-One"), ("Connection", "close, X-Two"), ("X-One", "1"), ("X-Two", "2")]
    async with service(well) as served, through({"sales": served.address}) as client:
        await client.get("/api/sales/", headers=headers)
        assert b"x-one" not in served.heads[0].lower()
        assert b"x-two" not in served.heads[0].lower()
