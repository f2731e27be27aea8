"""A door: a small FastAPI app with one dialect, which only parses requests and renders answers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import structlog
from fastapi import FastAPI, Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from libs.common.errors import DomainError, Forbidden, NotFound, together
from libs.common.http.answers import Answer
from libs.common.http.dialect import Dialect
from libs.common.http.fields import NULL_CHARACTER
from libs.common.http.lookups import InvalidRequest
from libs.common.http.openapi import complete, operation_id
from libs.common.http.refusals import InvalidInput, MalformedJson, MethodNotAllowed
from libs.common.http.requests import BODY_LIMIT_BYTES
from libs.common.http.route import JsonRoute
from libs.common.http.validation import problems_in
from libs.common.http.wordings import Wordings

Place: TypeAlias = tuple[str, int]

log = structlog.get_logger(__name__)


class Door(FastAPI):
    """Mounted by `ServiceApp` at `mounted_at`. All its errors are answered in its dialect.

    `wordings` are for the service's own refusals, and for others that the contract words differently.
    """

    mounted_at = ""
    trailing_slash = False
    finds_things_first = True
    """A malformed request about what is not there is answered 404 (ADR 0090)."""
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
            strict_content_type=False,
        )
        self.router.route_class = JsonRoute
        self.dialect = self.dialect.with_wordings(wordings or {})
        self.body_limit_bytes = body_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a path with or without its trailing slash is routed in the same way.

        Nothing of FastAPI's own way from a request to its route is used (ADR 0027).
        """
        scope["app"] = self
        path: str = scope["path"]
        if path.endswith("/") != self.trailing_slash and path != self.mounted_at + "/":
            scope["path"] = path + "/" if self.trailing_slash else path[:-1]
        try:
            response = await self._response(scope, receive)
        except Exception as error:  # noqa: BLE001 - the edge: every failure has an answer in the dialect
            response = self._response_to(error, scope)
        await response(scope, receive, send)

    async def _response(self, scope: Scope, receive: Receive) -> Response:
        """The response of the path's route."""
        if "\0" in scope["path"]:
            raise NotFound
        if b"%00" in scope["query_string"]:
            raise InvalidInput([((), NULL_CHARACTER)])
        route = self._route_of(scope)
        try:
            return await route.respond(scope, receive)
        except (InvalidRequest, MalformedJson):
            if self.finds_things_first:
                await self._find_thing(route, scope, receive)
            raise

    async def _find_thing(self, route: JsonRoute, scope: Scope, receive: Receive) -> None:
        """Read the thing with the last id in the path, if there is a route for it (ADR 0090).

        Raises `NotFound`, and `Forbidden` if it is somebody else's; other refusals are none of the request's.
        """
        reading = self._readings.get(_up_to_last_id(route.path))
        if reading is None:
            return
        try:
            await reading.respond({**scope, "method": "GET", "query_string": b""}, receive)
        except NotFound:
            raise
        except DomainError as refusal:
            if isinstance(refusal, Forbidden) and refusal.reason == "owner":
                raise

    def _route_of(self, scope: Scope) -> JsonRoute:
        """The route of path and method. Raises `NotFound` and `MethodNotAllowed`."""
        of_other_method: Scope | None = None
        for route in self._routes_near(scope):
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                return route
            if match is Match.PARTIAL and of_other_method is None:
                of_other_method = found
        if of_other_method is None:
            raise NotFound
        scope.update(of_other_method)
        raise MethodNotAllowed(scope["method"], self._methods_at(scope))

    def _routes_near(self, scope: Scope) -> Sequence[JsonRoute]:
        """The routes of the path's subject and length, so that a path is not compared with all of them."""
        path = scope["path"].removeprefix(self.mounted_at)
        return self._written_out.get(path) or self._by_place.get(_place(path), ())

    @cached_property
    def _by_place(self) -> Mapping[Place, Sequence[JsonRoute]]:
        """The routes with an id in their path, of each subject and length."""
        by_place: dict[Place, list[JsonRoute]] = defaultdict(list)
        for route in self._declared:
            if route.param_convertors:
                by_place[_place(route.path)].append(route)
        return by_place

    @cached_property
    def _written_out(self) -> Mapping[str, Sequence[JsonRoute]]:
        """The routes of each path that is written out (`/products/changes/`); those with an id come last."""
        written_out: dict[str, list[JsonRoute]] = defaultdict(list)
        for route in self._declared:
            if not route.param_convertors:
                written_out[route.path].append(route)
        return {
            path: [*routes, *self._by_place.get(_place(path), ())] for path, routes in written_out.items()
        }

    @cached_property
    def _readings(self) -> Mapping[str, JsonRoute]:
        """The routes that read one thing, by their paths."""
        return {
            route.path: route
            for route in self._declared
            if "GET" in (route.methods or ()) and route.path == _up_to_last_id(route.path)
        }

    @property
    def _declared(self) -> Iterator[JsonRoute]:
        for route in self.routes:
            assert isinstance(route, JsonRoute), f"{route} is not declared at the door"
            assert "{" not in _place(route.path)[0], f"{route} has no subject"
            assert ":path}" not in route.path, f"{route} has no length"
            yield route

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

    def _response_to(self, error: Exception, scope: Scope) -> Response:
        match error:
            case InvalidRequest():
                return self.respond(self._refusal_of(error, scope))
            case Forbidden() if scope["method"] not in (methods := self._methods_at(scope)):
                # The route of an id took a path that is written out.
                return self.respond(MethodNotAllowed(scope["method"], methods))
            case DomainError():
                return self.respond(error)
            case _:
                log.error("request_failed", method=scope["method"], path=scope["path"], exc_info=error)
                return as_response(self.dialect.server_error())

    def _refusal_of(self, error: InvalidRequest, scope: Scope) -> DomainError:
        if any(item["loc"][0] == "path" for item in error.errors()):
            return self._nothing_at(scope)
        return together([InvalidInput(problems_in(error), error.body), *error.refusals])

    def _nothing_at(self, scope: Scope) -> DomainError:
        """The refusal for a bad id in a path: 405 if the path is literal (`DELETE /users/me/`), else 404."""
        if all(route.param_convertors for route in self._routes_at(scope)):
            return NotFound()
        return MethodNotAllowed(scope["method"], self._methods_at(scope))

    def _methods_at(self, scope: Scope) -> list[str]:
        """All methods of the path; the route that was found has only its own."""
        return sorted({method for route in self._routes_at(scope) for method in route.methods or ()})

    def _routes_at(self, scope: Scope) -> list[JsonRoute]:
        """The routes of the path; if it is literal in some, those with an id in its place are left out."""
        fitting = [route for route in self._routes_near(scope) if route.matches(scope)[0] is not Match.NONE]
        return [route for route in fitting if not route.param_convertors] or fitting


def _place(path: str) -> Place:
    """The first segment of a path inside the door, and its slashes: `orders` and 4 of `/orders/5/pay/`."""
    return path[1:].partition("/")[0], path.count("/")


def _up_to_last_id(path: str) -> str:
    """The path of the thing that a route is about: `/orders/{order_id}/` of `/orders/{order_id}/pay/`."""
    start, id_begins, rest = path.rpartition("{")
    return start + id_begins + rest.partition("/")[0] + ("/" if path.endswith("/") else "")


def as_response(answer: Answer) -> Response:
    """The error's answer as a response."""
    return Response(answer.content, answer.status, answer.headers, media_type="application/json")
