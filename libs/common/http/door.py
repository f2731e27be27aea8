"""A door: a small FastAPI app with one dialect, which only parses requests and renders answers."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from libs.common.errors import DomainError, Forbidden, NotFound, together
from libs.common.http.answers import METHOD_NOT_ALLOWED, NOT_FOUND, Answer
from libs.common.http.dialect import Dialect
from libs.common.http.fields import NULL_CHARACTER
from libs.common.http.lookups import InvalidRequest
from libs.common.http.openapi import complete, operation_id
from libs.common.http.refusals import BodyTooLarge, InvalidInput, MalformedJson, MethodNotAllowed
from libs.common.http.requests import BODY_LIMIT_BYTES, TOO_LARGE, Malformed
from libs.common.http.route import JsonRoute
from libs.common.http.validation import problems_in
from libs.common.http.wordings import Wordings

log = structlog.get_logger(__name__)


class Door(FastAPI):
    """Mounted by `build_app` at `mounted_at`. All its errors are answered in its dialect.

    `wordings` are for the service's own refusals, and for others that the contract words differently.
    """

    mounted_at = ""
    trailing_slash = False
    dialect: Dialect

    def __init__(
        self,
        title: str,
        *,
        wordings: Wordings | None = None,
        body_limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> None:
        super().__init__(
            title=title,
            openapi_url=None,
            generate_unique_id_function=operation_id,
            redirect_slashes=False,
            strict_content_type=False,
            telemetry={"tracing": False, "metrics": False, "logs": False},  # looked up at every request
            exception_handlers={
                DomainError: self._refused,
                InvalidRequest: self._invalid,
                HTTPException: self._routing_failed,
                Exception: self._failed,
            },
        )
        self.router.route_class = JsonRoute
        self.dialect = self.dialect.with_wordings(wordings or {})
        self.body_limit_bytes = body_limit_bytes

    def build_middleware_stack(self) -> ASGIApp:
        """Answer without FastAPI's outer middleware: every exception becomes an answer in here.

        A path that is written out (`/products/changes/`) is tried before one with an id in its place.
        """
        self.router.routes.sort(key=lambda route: bool(getattr(route, "param_convertors", None)))
        self._routers = _by_subject(self.router)
        self._no_routes = _a_router()
        return ExceptionMiddleware(self._route, handlers=self.exception_handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route a path with or without its trailing slash in the same way."""
        path: str = scope["path"]
        if path.endswith("/") != self.trailing_slash and path != self.mounted_at + "/":
            scope["path"] = path + "/" if self.trailing_slash else path[:-1]
        if "\0" in path:
            await self.respond(NotFound())(scope, receive, send)
        elif b"%00" in scope["query_string"]:
            await self.respond(InvalidInput([((), NULL_CHARACTER)]))(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Try only the routes of the path's subject: a router tries all of its routes in turn."""
        subject = _subject(scope["path"].removeprefix(self.mounted_at))
        await self._routers.get(subject, self._no_routes)(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The door's API document; errors, lists and idempotency keys are described from the routes."""
        if self.openapi_schema is None:
            self.openapi_schema = complete(
                super().openapi(),
                self.routes,
                base=self.mounted_at,
                schemas=self.dialect.schemas,
                worded=self.answer,
            )
        return self.openapi_schema

    def answer(self, error: DomainError) -> Answer:
        """The answer of this door to a refusal."""
        return self.dialect.refusal(error)

    def respond(self, error: DomainError) -> Response:
        """The response of this door to a refusal."""
        return as_response(self.answer(error))

    async def _refused(self, request: Request, error: DomainError) -> Response:
        methods = self._methods_at(request.scope) if isinstance(error, Forbidden) else ()
        if methods and request.method not in methods:  # the route of an id took a path that is written out
            return self.respond(MethodNotAllowed(request.method, methods))
        return self.respond(error)

    async def _invalid(self, request: Request, error: InvalidRequest) -> Response:
        if isinstance(error.body, Malformed):
            return self.respond(MalformedJson(error.body.parser_error))
        if any(item["loc"][0] == "path" for item in error.errors()):
            return self.respond(self._nothing_at(request))
        return self.respond(together([InvalidInput(problems_in(error), error.body), *error.refusals]))

    async def _routing_failed(self, request: Request, error: HTTPException) -> Response:
        if error.status_code == METHOD_NOT_ALLOWED:
            return self.respond(MethodNotAllowed(request.method, self._methods_at(request.scope)))
        if error.status_code == TOO_LARGE:
            return self.respond(BodyTooLarge(self.body_limit_bytes))
        if error.status_code == NOT_FOUND:
            return self.respond(NotFound())
        return self.respond(MalformedJson(str(error.detail)))

    async def _failed(self, request: Request, error: Exception) -> Response:
        log.error("request_failed", method=request.method, path=request.url.path, exc_info=error)
        return as_response(self.dialect.server_error())

    def _nothing_at(self, request: Request) -> DomainError:
        """The refusal for a bad id in a path: 405 if the path is literal (`DELETE /users/me/`), else 404."""
        if all(route.param_convertors for route in self._routes_at(request.scope)):
            return NotFound()
        return MethodNotAllowed(request.method, self._methods_at(request.scope))

    def _methods_at(self, scope: Scope) -> list[str]:
        """All methods of the path; the router itself knows only those of the first matching route."""
        return sorted({method for route in self._routes_at(scope) for method in route.methods or ()})

    def _routes_at(self, scope: Scope) -> list[APIRoute]:
        """The routes of the path; if it is literal in some, those with an id in its place are left out."""
        fitting = [
            route
            for route in self.router.routes
            if isinstance(route, APIRoute) and route.matches(scope)[0] is not Match.NONE
        ]
        return [route for route in fitting if not route.param_convertors] or fitting


def _subject(path: str) -> str:
    """The first segment of a path inside the door: `orders` of `/orders/5/pay/`."""
    return path[1:].partition("/")[0]


def _by_subject(router: APIRouter) -> Mapping[str, APIRouter]:
    """A router for each subject, with its routes in the same order."""
    routers: dict[str, APIRouter] = defaultdict(_a_router)
    for route in router.routes:
        assert isinstance(route, APIRoute), f"{route} is not declared at the door"
        subject = _subject(route.path)
        assert "{" not in subject, f"{route} has no subject"
        routers[subject].routes.append(route)
    return dict(routers)


def _a_router() -> APIRouter:
    """A router without routes, which answers 404."""
    return APIRouter(redirect_slashes=False)


def as_response(answer: Answer) -> Response:
    """The error's answer as a response."""
    return Response(answer.content, answer.status, answer.headers, media_type="application/json")
