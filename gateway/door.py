"""Handles a request at the gateway: address, route, token, limit; then passes it on."""

import logging

import structlog
from fastapi import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.about import READS, About
from gateway.addresses import client_address, client_scheme
from gateway.bodies import ClientGone
from gateway.compression import Compressing
from gateway.deps import GatewayDeps
from gateway.guard.places import introduce
from gateway.outgoing import (
    ALWAYS,
    API,
    TLS_FROM_NOW_ON,
    Answer,
    PreflightAnswer,
    open_to_pages,
    origins_of,
)
from gateway.routes import READ, Route, route_of
from gateway.upstreams import BadGateway
from gateway.wordings import dialect_of
from libs.common.auth.principal import Principal
from libs.common.auth.tokens import bearer_of, is_bearer
from libs.common.errors import DomainError, NotFound, Unauthenticated
from libs.common.http.door import as_response
from libs.common.http.refusals import MethodNotAllowed

log = structlog.get_logger(__name__)


class PublicDoor:
    """The public door: all paths of the contract and no others (contract §1, gateway)."""

    mounted_at = ""

    def __init__(self, deps: GatewayDeps) -> None:
        self._deps = deps
        self._about = About(deps.proxy, deps.revocations, tuple(deps.settings.upstreams()))
        self._origins = origins_of(deps.settings.cors_origins)
        self._for_pages = open_to_pages(self._answer, self._origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; refusals are in the dialect of its path."""
        trusted = self._deps.trusted_proxies
        scope["scheme"] = client_scheme(scope, trusted)
        address = client_address(scope, trusted)
        scope["client"] = (address, 0)
        scope["logged"]["client"] = address
        said = dict(scope["headers"])
        if b"origin" not in said:
            await self._answer(scope, receive, send)
        elif b"access-control-request-method" in said and scope["method"] == "OPTIONS":
            await self._for_pages(scope, receive, PreflightAnswer(send, API).send)
        else:
            await self._for_pages(scope, receive, send)

    def respond(self, error: DomainError) -> ASGIApp:
        """The answer to a refused request (too many at once)."""
        return open_to_pages(Refusal(error), self._origins)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        is_document = self._deps.documents.has(path)
        answer = Answer(send, ALWAYS if is_document else API)
        if scope["scheme"] == "https":
            answer.headers.append(TLS_FROM_NOW_ON)
        try:
            if is_document:
                self._spend(None, scope, answer)
                await self._deps.documents(scope, receive, Compressing(scope, answer.send))
            elif self._about.has(path):
                await self._tell(scope, receive, answer)
            else:
                await self._pass_on(scope, receive, answer)
        except DomainError as error:
            await Refusal(error)(scope, receive, answer.send)
        except ClientGone:
            return
        except Exception:
            if answer.has_started:  # then only breaking the connection can show that the answer is incomplete
                raise
            log.exception("request_failed", method=scope["method"], path=path)
            await as_response(dialect_of(path).server_error())(scope, receive, answer.send)

    async def _tell(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        if scope["method"] not in READS:
            raise MethodNotAllowed(scope["method"], READS)
        scope["logged"]["level"] = logging.DEBUG  # tills and monitors ask each second
        await (await self._about.answer(scope["path"]))(scope, receive, answer.send)

    async def _pass_on(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        try:
            route = _route(scope)
            if scope["method"] == "OPTIONS":
                await _methods_of(route)(scope, receive, answer.send)
                return
            principal = await self._principal(route, scope)
        except DomainError:
            self._spend(None, scope, answer)
            raise
        answer.is_private = principal is not None or scope["method"] not in READ
        if principal is not None:
            if principal.is_staff:
                introduce(scope)
            scope["logged"]["user_id"] = principal.user_id
        self._spend(principal, scope, answer)
        await self._deps.proxy.pass_on(
            route,
            scope,
            receive,
            Compressing(scope, answer.send),
            is_from_staff=principal is not None and principal.is_staff,
        )
        if not answer.has_started:  # it broke off before its first piece, for which compression waits
            raise BadGateway(route.service)

    async def _principal(self, route: Route, scope: Scope) -> Principal | None:
        """Return the bearer of the request's token.

        Raises `Unauthenticated` if it is missing or bad, `Unavailable` if that cannot be known yet.
        """
        said = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
        is_open = scope["method"] in route.open_to_all
        if route.token_blind or (is_open and not any(map(is_bearer, said))):
            return None
        # Two tokens are refused: the service might read the other one.
        principal = await self._deps.verifier.verify(bearer_of(",".join(said)))
        if await self._deps.revocations.is_revoked(principal.session_id):
            raise Unauthenticated("invalid")
        return principal

    def _spend(self, principal: Principal | None, scope: Scope, answer: Answer) -> None:
        """Count the request. Raises `Throttled` above the limit, which goes before other refusals."""
        allowance = self._deps.limits.spend(principal, scope["client"][0])
        answer.headers += allowance.headers
        if allowance.refusal is not None:
            raise allowance.refusal


class Refusal:
    """The answer to an error, in the dialect of the request's path."""

    def __init__(self, error: DomainError) -> None:
        self._error = error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await as_response(dialect_of(scope["path"]).refusal(self._error))(scope, receive, send)


def _route(scope: Scope) -> Route:
    """The route. Raises `NotFound`, or `MethodNotAllowed` if none of its paths has the method."""
    route = route_of(scope["path"])
    if route is None:
        raise NotFound
    scope["route"] = route
    if scope["method"] not in route.methods and scope["method"] != "OPTIONS":
        raise MethodNotAllowed(scope["method"], route.allowed)
    return route


def _methods_of(route: Route) -> Response:
    return Response(status_code=204, headers={"Allow": ", ".join(route.allowed)})
