"""Answers 500 when a route refuses, or answers with a success, as it does not declare: its test fails."""

import functools
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any

from starlette.responses import Response

from libs.common.errors import DomainError, Refusals
from libs.common.http.pos_dialect import POS
from libs.common.http.route import JsonRoute

Endpoint = Callable[..., Awaitable[Any]]

AT_EVERY_DOOR = tuple(kind for kind in POS.wordings if kind is not DomainError)
"""The refusals of every route: not found, not allowed, not available, .."""
OK = 200
SUCCESSES = range(OK, 300)


class Undeclared(AssertionError):
    """The route's `@refuses` lacks a refusal, or its decorator the status of a success."""


def watch_services() -> None:
    """From now on, routes that are declared in `services` are watched."""
    declare = JsonRoute.__init__

    def declare_watched(route: JsonRoute, path: str, endpoint: Endpoint, **options: Any) -> None:
        if endpoint.__module__.startswith("services."):
            statuses = (options.get("status_code") or OK, *(options.get("responses") or ()))
            endpoint = watched(endpoint, succeeds=statuses)
        declare(route, path, endpoint, **options)

    JsonRoute.__init__ = declare_watched  # type: ignore[assignment,method-assign]  # for the tests' run only


def watched(endpoint: Endpoint, *, succeeds: Collection[int] = (OK,)) -> Endpoint:
    """The endpoint, raising `Undeclared` in place of what it does not declare."""

    @functools.wraps(endpoint)
    async def watching(**values: Any) -> Any:
        try:
            answer = await endpoint(**values)
        except DomainError as error:
            declared = {type(refusal) for refusal in getattr(endpoint, "refusals", ())}
            for refusal in _each(error):
                if not isinstance(refusal, AT_EVERY_DOOR) and type(refusal) not in declared:
                    raise Undeclared(f"{endpoint.__qualname__}: {type(refusal).__name__}") from error
            raise
        status = answer.status_code if isinstance(answer, Response) else None
        if status in SUCCESSES and status not in succeeds:
            raise Undeclared(f"{endpoint.__qualname__}: {status}")
        return answer

    return watching


def _each(error: DomainError) -> Iterator[DomainError]:
    yield from error.refusals if isinstance(error, Refusals) else (error,)
