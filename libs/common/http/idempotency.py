"""`Idempotency-Key`: a repeated request does its work only once (contract §1).

    @pos.post("/orders/", response_model=OrderOut, status_code=201)
    @idempotent
    async def create_order(body: OrderIn, who: Staff, deps: DepsDep, operation: OperationDep) -> Response: ...

The first request with a key claims a row; its answer is stored before it is sent. A repeat gets the answer,
waits for it while the first still works, or takes over as the next attempt of the same operation if the first
has crashed.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import orjson
from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant

from libs.common.db.operations import Operation
from libs.common.errors import DomainError, Unavailable
from libs.common.http.answers import ERROR_CODE
from libs.common.http.fields import NotAccepted, Text
from libs.common.http.header_text import header_of
from libs.common.http.idempotency_claims import Claim, Keyed
from libs.common.http.idempotency_store import IdempotencyStore, Stored
from libs.common.http.refusals import InvalidInput

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

HEADER = "Idempotency-Key"
KEY_LENGTH_MAX = 255
STORED_HEADERS = ("content-type", "location", "etag", "cache-control", ERROR_CODE.lower())
# Not outcomes of the work: refused callers, rate limits, or failures before an outcome.
NEVER_STORED = frozenset({401, 403, 422, 429})
SERVER_ERRORS_FROM = 500
RELEASE_TIMEOUT_SECONDS = 0.5

_KEY = Text(max_length=KEY_LENGTH_MAX, trim=False)


async def _unrepeatable_operation() -> Operation:
    return Operation(uuid4())


OperationDep = Annotated[Operation, Depends(_unrepeatable_operation)]
"""This request's work: its id is the same for a repeat with the same key, and random without a key."""


def idempotent(endpoint: Endpoint) -> Endpoint:
    """Makes a route honour `Idempotency-Key` for known callers; stands below the route's decorator."""
    endpoint.honours_idempotency_key = True  # type: ignore[attr-defined]  # functions have it
    return endpoint


def idempotent_but(*secrets: str) -> Callable[[Endpoint], Endpoint]:
    """As `idempotent`, for a body with secrets: nothing is kept of these members, not even in a hash.

    So a repeat with other secrets is the same request, and gets the first answer.
    """

    def marked(endpoint: Endpoint) -> Endpoint:
        endpoint.secrets_in_body = frozenset(secrets)  # type: ignore[attr-defined]  # functions have it
        return idempotent(endpoint)

    return marked


def secrets_in(endpoint: Callable[..., Any]) -> frozenset[str]:
    """The members of the endpoint's body of which nothing is kept."""
    return getattr(endpoint, "secrets_in_body", frozenset())


def honours_key(endpoint: Callable[..., Any]) -> bool:
    """Whether the endpoint is marked as `idempotent`."""
    return getattr(endpoint, "honours_idempotency_key", False)


def operation_parameter(dependant: Dependant) -> str:
    """The endpoint's parameter for the operation, without which a crash could let work be done twice."""
    for needed in dependant.dependencies:
        if needed.call is _unrepeatable_operation and needed.name:
            return needed.name
    name = getattr(dependant.call, "__qualname__", dependant.call)
    raise AssertionError(f"{name} is idempotent and asks for no OperationDep")


async def answer_once(
    request: Request,
    run: Callable[[Operation], Awaitable[Response]],
    *,
    unrepeatable: Operation,
    secrets: frozenset[str],
) -> Response:
    """The stored answer for this key, or that of `run`, which is stored before it is sent.

    Without a key, or for an anonymous caller, every request does its own work: the `unrepeatable` operation.
    `secrets` are the members of its body of which nothing is kept.
    """
    keyed = await _keyed(request, secrets)
    if keyed is None:
        return await run(unrepeatable)
    store: IdempotencyStore = request.state.idempotency
    claim = await store.claim(keyed)
    if isinstance(claim, Stored):
        return Response(claim.body, claim.status, {**claim.headers, "Idempotent-Replayed": "true"})
    try:
        return await _work(request, run, store, keyed, claim)
    finally:
        store.claims.discard(claim)


async def _work(
    request: Request,
    run: Callable[[Operation], Awaitable[Response]],
    store: IdempotencyStore,
    keyed: Keyed,
    claim: Claim,
) -> Response:
    try:
        response = await run(claim.operation)
    except DomainError as error:
        response = request.app.respond(error)
    except BaseException:
        await _release(store, keyed, claim)
        raise
    await _keep(store, keyed, claim, response)
    return response


async def _keep(store: IdempotencyStore, keyed: Keyed, claim: Claim, response: Response) -> None:
    if response.status_code >= SERVER_ERRORS_FROM:
        await _release(store, keyed, claim)
    elif response.status_code in NEVER_STORED:
        await store.forget(keyed, claim)
    else:
        headers = {name: response.headers[name] for name in STORED_HEADERS if name in response.headers}
        await store.keep(keyed, claim, Stored(response.status_code, headers, bytes(response.body)))


async def _release(store: IdempotencyStore, keyed: Keyed, claim: Claim) -> None:
    """Best effort: otherwise the repeat waits until the claim lapses."""
    with contextlib.suppress(TimeoutError, Unavailable):
        async with asyncio.timeout(RELEASE_TIMEOUT_SECONDS):
            await store.release(keyed, claim)


async def _keyed(request: Request, secrets: frozenset[str]) -> Keyed | None:
    """The request with its key; None without a key or for an anonymous caller."""
    key = header_of(request, HEADER)
    principal = getattr(request.state, "principal", None)
    if not key or principal is None:
        return None
    try:
        _KEY.parse(key)
    except NotAccepted as error:
        raise InvalidInput([((HEADER,), message) for message in error.messages]) from error
    return Keyed(
        caller=str(principal.user_id),
        method=request.method,
        path=request.scope["path"],
        key=key,
        fingerprint=hashlib.sha256(await _kept_of_body(request, secrets)).digest(),
    )


async def _kept_of_body(request: Request, secrets: frozenset[str]) -> bytes:
    """The bytes that distinguish the body from others: of secrets only whether they were sent."""
    if not secrets:
        return await request.body()
    members = await request.json()
    kept = {name: name in secrets or value for name, value in members.items() if value is not None}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
