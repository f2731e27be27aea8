"""Dependencies that refuse a request by its user or calling service; they run before all others."""

from typing import Annotated, Any

from fastapi import Depends, Request

from libs.common.auth.principal import Principal
from libs.common.auth.service_tokens import ServiceTokenVerifier
from libs.common.auth.tokens import TokenVerifier, bearer_of, is_bearer
from libs.common.errors import Forbidden
from libs.common.lifecycle import Actor, Step


async def authenticate(request: Request) -> Principal:
    """The bearer of the request's token, looked up once per request.

    Raises `Unauthenticated`: `missing` without a bearer token, `invalid` with a bad one.
    """
    state: dict[str, Any] = request.scope["state"]  # itself: Starlette's view of it answers by an exception
    principal: Principal | None = state.get("principal")
    if principal is None:
        verifier: TokenVerifier = state["verifier"]
        principal = state["principal"] = await verifier.verify(bearer_token(request))
    return principal


def bearer_token(request: Request) -> str:
    """The request's token; raises `Unauthenticated` if there is none."""
    return bearer_of(_authorization(request))


async def maybe_authenticate(request: Request) -> Principal | None:
    """The bearer, or None without a token. A bad token is refused, not ignored."""
    return await authenticate(request) if is_bearer(_authorization(request)) else None


async def require_staff(request: Request) -> Principal:
    """The bearer, with any role of the shop's staff; a shopper is `Forbidden`."""
    principal = await authenticate(request)
    if not principal.is_staff:
        raise Forbidden("role")
    return principal


async def require_admin(request: Request) -> Principal:
    """The bearer, an ADMIN or OWNER; others are `Forbidden`."""
    principal = await authenticate(request)
    if not principal.is_admin:
        raise Forbidden("role")
    return principal


async def calling_service(request: Request) -> str:
    """The name of the calling service; a user's token is refused."""
    verifier: ServiceTokenVerifier = request.state.service_verifier
    return verifier.verify(bearer_token(request))


def actor_of(*steps: Step) -> Any:
    """A dependency of a POS route that takes these steps of a lifecycle: only their actors are let in."""
    actors = frozenset.intersection(*(step.by for step in steps))
    if not actors & {Actor.STAFF, Actor.ADMIN}:
        raise ValueError(f"no user of POS may take {steps}")
    require = require_staff if Actor.STAFF in actors else require_admin

    async def require_actor(who: Annotated[Principal, Depends(require)]) -> Principal:
        return who

    require_actor.steps = steps  # type: ignore[attr-defined]  # functions have it; read by the tests
    return Depends(require_actor)


def _authorization(request: Request) -> str:
    return request.headers.get("authorization", "")


CallingService = Annotated[str, Depends(calling_service)]


def called_by(*callers: str) -> Any:
    """A dependency of an internal route: services other than these callers are `Forbidden`."""

    async def refuse_others(caller: CallingService) -> None:
        if caller not in callers:
            raise Forbidden("role")

    refuse_others.callers = callers  # type: ignore[attr-defined]  # functions have it; read by the tests
    return Depends(refuse_others)


AnyUser = Annotated[Principal, Depends(authenticate)]
OptionalUser = Annotated[Principal | None, Depends(maybe_authenticate)]
Staff = Annotated[Principal, Depends(require_staff)]
AdminOrOwner = Annotated[Principal, Depends(require_admin)]
StoreAdmin = AdminOrOwner

WITH_ROLE = frozenset({require_staff, require_admin})
IDENTIFYING = WITH_ROLE | {authenticate, maybe_authenticate, calling_service}
