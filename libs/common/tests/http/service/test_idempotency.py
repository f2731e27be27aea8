"""A repeated request does its work once and gets the first answer (contract §1)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import httpx
import pytest
from fastapi import Depends, Response

from libs.common.clock import CLOCKS_DIFFER
from libs.common.db.database import Database
from libs.common.db.pruning import prune
from libs.common.ending import end
from libs.common.errors import DomainError, Forbidden, Kind, NotFound, Throttled, Unauthenticated, Unavailable
from libs.common.http.callers import OptionalUser
from libs.common.http.fields import PathId, Shape, Text
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.idempotency_claims import Claim, Keyed
from libs.common.http.idempotency_store import OLD_KEYS, IdempotencyStore
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply
from libs.common.http.store import StoreDoor
from libs.common.process.app import ServiceApp, current_deps
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lapse_claims
from libs.testing.tokens import Tokens
from libs.testing.waiting import eventually

KEY = {"Idempotency-Key": "till-1/sale-77"}
PATH = "/api/tasks/5/"
LIVE_KEYS = "select key from idempotency_keys where locked_until > now() order by key"


class Taken(DomainError):
    kind = Kind.CONFLICT
    code = "already_taken"


class WorkIn(Shape):
    """What is to be done."""

    note: Annotated[str, Text(blank=True)] = ""


@dataclass
class Works:
    """Does what the test told it to, and notes each time."""

    database: Database
    operations: list[UUID] = field(default_factory=list)
    failure: BaseException | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        self.gate.set()
        await self.database.open()

    async def close(self) -> None:
        await self.database.close()

    async def work(self, operation: UUID) -> int:
        self.operations.append(operation)
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return len(self.operations)


WorksDep = Annotated[Works, Depends(current_deps)]


def a_door(kind: type[PosDoor] | type[StoreDoor]) -> PosDoor | StoreDoor:
    door = kind("work")
    end = "/" if kind.trailing_slash else ""

    @door.post("/tasks/{place}" + end)
    @idempotent
    async def work(
        place: PathId, body: WorkIn, who: OptionalUser, deps: WorksDep, operation: OperationDep
    ) -> Response:
        return reply({"place": place, "note": body.note, "time": await deps.work(operation.id)}, 201)

    @door.put("/tasks/{place}" + end)
    @idempotent
    async def work_anew(
        place: PathId, who: OptionalUser, deps: WorksDep, operation: OperationDep
    ) -> Response:
        return reply({"time": await deps.work(operation.id)})

    @door.post("/nothing/{place}" + end)
    @idempotent
    async def nothing(place: PathId, who: OptionalUser, deps: WorksDep, operation: OperationDep) -> Response:
        return reply({"time": await deps.work(operation.id)})

    return door


@pytest.fixture
def works(common_database_url: str) -> Works:
    return Works(Database(common_database_url))


@pytest.fixture
def wait_seconds() -> float:
    """So long that a repeat gets the first answer on a machine that is busy; a test may say less."""
    return 30


@pytest.fixture
def store(works: Works, clock: FakeClock, wait_seconds: float) -> IdempotencyStore:
    return IdempotencyStore(works.database, clock, lock=timedelta(minutes=1), wait_seconds=wait_seconds)


@pytest.fixture
async def client(works: Works, store: IdempotencyStore, tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    app = ServiceApp(
        service="work",
        deps=works,
        doors=(a_door(PosDoor), a_door(StoreDoor)),
        verifier=tokens.verifier,
        idempotency=store,
    )
    async with asgi_client(app) as client:
        client.headers.update({**tokens.bearer(user_id=7), **KEY})
        yield client


def a_keyed_request() -> Keyed:
    return Keyed(
        caller="7", method="POST", path=PATH, key=KEY["Idempotency-Key"], fingerprint=sha256(b"{}").digest()
    )


async def test_a_repeat_gets_the_first_answer(client: httpx.AsyncClient) -> None:
    first = await client.post(PATH, json={"note": "ñ"})
    repeat = await client.post(PATH, json={"note": "ñ"})
    assert (repeat.status_code, repeat.content) == (first.status_code, first.content)
    assert repeat.headers["content-type"] == first.headers["content-type"]


async def test_only_the_repeat_says_that_it_is_one(client: httpx.AsyncClient) -> None:
    answers = [await client.post(PATH) for _ in range(2)]
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true"]


async def test_a_repeat_does_nothing_again(client: httpx.AsyncClient, works: Works) -> None:
    for _ in range(3):
        await client.post(PATH)
    assert len(works.operations) == 1


async def test_the_same_path_without_its_slash_is_the_same_request(
    client: httpx.AsyncClient, works: Works
) -> None:
    await client.post("/api/tasks/5/")
    await client.post("/api/tasks/5")
    assert len(works.operations) == 1


async def test_a_route_without_a_body_honours_keys(client: httpx.AsyncClient, works: Works) -> None:
    for _ in range(2):
        await client.post("/api/nothing/5/")
    assert len(works.operations) == 1


async def test_twenty_at_once_do_the_work_once(client: httpx.AsyncClient, works: Works) -> None:
    answers = await asyncio.gather(*(client.post(PATH) for _ in range(20)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(works.operations) == 1


async def test_a_repeat_waits_for_the_first_to_finish(client: httpx.AsyncClient, works: Works) -> None:
    works.gate.clear()
    first = asyncio.ensure_future(client.post(PATH))
    await eventually(lambda: works.operations)
    repeat = asyncio.ensure_future(client.post(PATH))
    works.gate.set()
    assert (await repeat).content == (await first).content
    assert (await repeat).headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("wait_seconds", [0.3])
async def test_a_repeat_that_has_waited_long_is_told_to_come_again(
    client: httpx.AsyncClient, works: Works
) -> None:
    works.gate.clear()
    first = asyncio.ensure_future(client.post(PATH))
    await eventually(lambda: works.operations)
    repeat = await client.post(PATH)
    works.gate.set()
    await first
    assert (repeat.status_code, "retry-after" in repeat.headers) == (503, True)


@pytest.mark.parametrize("path", ["/api/tasks/5/", "/tasks/5"])
async def test_the_same_key_with_another_body_is_a_422(client: httpx.AsyncClient, path: str) -> None:
    await client.post(path, json={"note": "one"})
    other = await client.post(path, json={"note": "two"})
    (message,) = other.json().values()
    assert (other.status_code, message) == (
        422,
        "This Idempotency-Key was already used with another body.",
    )


async def test_another_body_while_the_first_still_works_is_a_422_at_once(
    client: httpx.AsyncClient, works: Works
) -> None:
    works.gate.clear()
    first = asyncio.ensure_future(client.post(PATH, json={"note": "one"}))
    await eventually(lambda: works.operations)
    other = await client.post(PATH, json={"note": "two"})
    works.gate.set()
    await first
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/tasks/6/", {}),
        ("/api/nothing/5/", {}),
        ("/tasks/5", {}),
        (PATH, {"Idempotency-Key": "till-1/sale-78"}),
        (PATH, {"Authorization": "another user's"}),
    ],
)
async def test_a_key_belongs_to_its_user_and_path(
    client: httpx.AsyncClient, works: Works, tokens: Tokens, path: str, headers: dict[str, str]
) -> None:
    if "Authorization" in headers:
        headers = tokens.bearer(user_id=8)
    await client.post(PATH)
    await client.post(path, headers=headers)
    assert len(set(works.operations)) == 2


async def test_a_key_belongs_to_its_method(client: httpx.AsyncClient, works: Works) -> None:
    await client.post(PATH)
    assert "idempotent-replayed" not in (await client.put(PATH)).headers
    assert len(set(works.operations)) == 2


async def test_without_a_key_every_request_is_another(client: httpx.AsyncClient, works: Works) -> None:
    del client.headers["Idempotency-Key"]
    for _ in range(2):
        await client.post(PATH)
    assert len(set(works.operations)) == 2


async def test_a_key_of_nobody_is_not_honoured(client: httpx.AsyncClient, works: Works) -> None:
    del client.headers["Authorization"]
    answers = [await client.post(PATH) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(set(works.operations)) == 2


@pytest.mark.parametrize("letter", ["k", "ñ"])
@pytest.mark.parametrize("length", [255, 256])
async def test_a_key_has_at_most_255_characters(client: httpx.AsyncClient, length: int, letter: str) -> None:
    response = await client.post(PATH, headers={b"Idempotency-Key": (letter * length).encode()})
    assert response.status_code == (201 if length == 255 else 400)


@pytest.mark.parametrize(("refusal", "status"), [(Taken(), 400), (NotFound(), 404), (DomainError(), 400)])
async def test_a_refusal_is_an_answer_and_is_kept(
    client: httpx.AsyncClient, works: Works, refusal: DomainError, status: int
) -> None:
    works.failure = refusal
    first = await client.post(PATH)
    works.failure = None
    repeat = await client.post(PATH)
    assert (first.status_code, repeat.status_code) == (status, status)
    assert (repeat.content, repeat.headers["idempotent-replayed"]) == (first.content, "true")
    assert repeat.headers["x-error-code"] == first.headers["x-error-code"] == refusal.code


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (Unauthenticated(), 401),
        (Forbidden(), 403),
        (Throttled(5), 429),
        (Unavailable("catalog"), 503),
        (ZeroDivisionError("a bug"), 500),
    ],
)
async def test_what_was_not_executed_is_not_kept(
    client: httpx.AsyncClient, works: Works, failure: Exception, status: int
) -> None:
    works.failure = failure
    first = await client.post(PATH)
    works.failure = None
    again = await client.post(PATH)
    assert (first.status_code, again.status_code) == (status, 201)
    assert "idempotent-replayed" not in again.headers


async def test_bad_input_is_not_kept_either(client: httpx.AsyncClient, works: Works) -> None:
    await client.post(PATH, json={"note": []})
    assert (await client.post(PATH, json={"note": "x"})).status_code == 201


async def test_work_that_broke_off_is_tried_again_as_the_same_operation(
    client: httpx.AsyncClient, works: Works
) -> None:
    works.failure = Unavailable("catalog")
    await client.post(PATH)
    works.failure = None
    await client.post(PATH)
    assert len(works.operations) == 2
    assert len(set(works.operations)) == 1


async def test_the_claim_of_a_request_that_has_ended_is_renewed_no_more(
    client: httpx.AsyncClient, works: Works, store: IdempotencyStore
) -> None:
    works.failure = Unavailable("catalog")
    await client.post(PATH)
    await store.claim(replace(a_keyed_request(), key="till-1/sale-78"))
    await lapse_claims(works.database)
    async with asyncio.TaskGroup() as tasks:
        renewing = tasks.create_task(store.claims.renew())
        await eventually(lambda: works.database.fetch_values(LIVE_KEYS))
        await end(renewing)
    assert await works.database.fetch_values(LIVE_KEYS) == ["till-1/sale-78"]


@pytest.mark.parametrize("wait_seconds", [0.3])
async def test_a_repeat_takes_over_from_a_request_that_died_as_the_same_operation(
    client: httpx.AsyncClient, works: Works, store: IdempotencyStore
) -> None:
    dead = await store.claim(a_keyed_request())
    assert isinstance(dead, Claim)
    assert (await client.post(PATH)).status_code == 503
    await lapse_claims(works.database)
    assert (await client.post(PATH)).status_code == 201
    assert works.operations == [dead.operation_id]


async def test_only_one_of_many_takes_over(
    client: httpx.AsyncClient, works: Works, store: IdempotencyStore
) -> None:
    await store.claim(a_keyed_request())
    await lapse_claims(works.database)
    answers = await asyncio.gather(*(client.post(PATH) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(works.operations) == 1


async def test_a_request_that_lost_its_claim_stores_nothing(client: httpx.AsyncClient, works: Works) -> None:
    works.gate.clear()
    slow = asyncio.ensure_future(client.post(PATH))
    await eventually(lambda: works.operations)
    await lapse_claims(works.database)
    quick = asyncio.ensure_future(client.post(PATH))
    await eventually(lambda: len(works.operations) == 2)
    works.gate.set()
    await asyncio.gather(slow, quick)
    kept = await works.database.fetch_dicts("select status, attempt from idempotency_keys")
    assert kept == [{"status": 201, "attempt": 2}]
    assert (await client.post(PATH)).json() == quick.result().json()


async def test_a_client_that_goes_away_does_not_lock_its_key(client: httpx.AsyncClient, works: Works) -> None:
    works.gate.clear()
    impatient = asyncio.ensure_future(client.post(PATH))
    await eventually(lambda: works.operations)
    impatient.cancel()
    await asyncio.wait([impatient])
    works.gate.set()
    assert (await client.post(PATH)).status_code == 201


async def test_an_answer_that_cannot_be_stored_is_not_sent(
    client: httpx.AsyncClient, store: IdempotencyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise Unavailable("database")

    monkeypatch.setattr(store, "keep", broken)
    assert (await client.post(PATH)).status_code == 503


def test_a_service_with_an_idempotent_route_and_no_store_does_not_start(works: Works) -> None:
    with pytest.raises(ValueError, match=r"work: /tasks/\{place\}/ is idempotent, and there is no"):
        ServiceApp(service="work", deps=works, doors=(a_door(PosDoor),))


async def test_after_a_day_a_key_is_new(client: httpx.AsyncClient, works: Works, clock: FakeClock) -> None:
    await client.post(PATH, json={"note": "one"})
    clock.advance(hours=24)
    assert (await client.post(PATH, json={"note": "one"})).headers["idempotent-replayed"] == "true"
    clock.advance(seconds=1)
    assert (await client.post(PATH, json={"note": "two"})).json()["note"] == "two"
    assert (await client.post(PATH, json={"note": "two"})).headers["idempotent-replayed"] == "true"
    assert len(set(works.operations)) == 2


async def test_a_key_is_not_pruned_before_it_is_old_by_every_clock(
    client: httpx.AsyncClient, works: Works, clock: FakeClock
) -> None:
    await client.post(PATH)
    clock.advance(hours=24)
    await prune(OLD_KEYS, database=works.database, clock=lambda: clock() + CLOCKS_DIFFER)
    assert (await client.post(PATH)).headers["idempotent-replayed"] == "true"
    assert len(works.operations) == 1


async def test_old_keys_are_pruned_and_young_ones_stay(
    client: httpx.AsyncClient, works: Works, clock: FakeClock
) -> None:
    await client.post(PATH)
    clock.advance(hours=25)
    await client.post("/api/tasks/6/")
    await prune(OLD_KEYS, database=works.database, clock=clock)
    assert await works.database.fetch_value("select array_agg(path) from idempotency_keys") == [
        "/api/tasks/6/"
    ]
