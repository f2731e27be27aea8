"""How does a repeated request do its work only once? By its `Idempotency-Key` (contract §1).

    @pos.post("/orders/", response_model=OrderOut, status_code=201)
    @idempotent
    async def create_order(body: OrderIn, who: Staff, deps: DepsDep, operation: OperationId) -> Response: ...

The first request with a key claims a row; its answer is stored before it is sent. A repeat finds the answer,
or waits for it while the first still works, or takes over with the same `operation` when the first has died.
"""

import asyncio
import contextlib
import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, ParamSpec, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

from fastapi import Depends, Request, Response

from libs.common.errors import DomainError, Unavailable
from libs.common.http.fields import NotAccepted, Text
from libs.common.http.header_text import header_of
from libs.common.http.idempotency_store import Claim, IdempotencyStore, Keyed, Stored
from libs.common.http.refusals import InvalidInput

P = ParamSpec("P")
Endpoint = Callable[P, Awaitable[Response]]

HEADER = "Idempotency-Key"
KEY_LENGTH_MAX = 255
STORED_HEADERS = ("content-type", "location")
# Not the outcome of the work: who asks, how often, or that nothing came out yet.
NEVER_STORED = frozenset({401, 403, 422, 429})
SERVER_ERRORS_FROM = 500
RELEASE_TIMEOUT_SECONDS = 0.5

_KEY = Text(max_length=KEY_LENGTH_MAX, trim=False)


async def _own_operation() -> UUID:
    return uuid4()


OperationId = Annotated[UUID, Depends(_own_operation)]
"""Names the work of this request: a repeat with the same key has the same one, without a key it is random."""


def idempotent(endpoint: Endpoint[P]) -> Endpoint[P]:
    """Under the route's decorator: the route honours `Idempotency-Key` for callers who are known."""
    signature = inspect.signature(endpoint)
    operation_name = _operation_parameter(endpoint)
    request_name = next(
        (name for name, parameter in signature.parameters.items() if parameter.annotation is Request), None
    )

    @functools.wraps(endpoint)
    async def once(*args: P.args, **kwargs: P.kwargs) -> Response:
        values: dict[str, Any] = dict(kwargs)
        request: Request = values[request_name] if request_name else values.pop(_REQUEST)

        async def run(operation: UUID | None) -> Response:
            if operation is not None and operation_name is not None:
                values[operation_name] = operation
            return await endpoint(*args, **values)

        keyed = await _keyed(request)
        if keyed is None:
            return await run(None)
        return await _once(request, keyed, run)

    parameters = list(signature.parameters.values())
    if request_name is None:
        parameters.append(inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    once.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # functions have it
    once.honours_idempotency_key = True  # type: ignore[attr-defined]  # read by openapi.py
    return once


_REQUEST = "idempotent_request"


async def _once(request: Request, keyed: Keyed, run: Callable[[UUID], Awaitable[Response]]) -> Response:
    store: IdempotencyStore | None = request.state.idempotency
    assert store is not None, "build_app was given no idempotency store"
    claim = await store.claim(keyed)
    if isinstance(claim, Stored):
        return Response(claim.body, claim.status, {**claim.headers, "Idempotent-Replayed": "true"})
    try:
        response = await run(claim.operation_id)
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
    """A courtesy to the repeat, whose turn comes with the lock's end anyway: never worth an error."""
    with contextlib.suppress(TimeoutError, Unavailable):
        async with asyncio.timeout(RELEASE_TIMEOUT_SECONDS):
            await store.release(keyed, claim)


async def _keyed(request: Request) -> Keyed | None:
    """The key with what it belongs to; None without a key or for a caller whom nobody knows."""
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
        fingerprint=hashlib.sha256(await request.body()).digest(),
    )


def _operation_parameter(endpoint: Callable[..., object]) -> str | None:
    hints = get_type_hints(endpoint, include_extras=True)
    for name, hint in hints.items():
        if get_origin(hint) is Annotated and any(
            getattr(extra, "dependency", None) is _own_operation for extra in get_args(hint)[1:]
        ):
            return name
    return None
