"""All routes of all doors, and a client that sends requests to them without anything behind the doors."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.routing import APIRoute

from libs.common.http.route_facts import RouteFacts
from libs.testing.doors import client_at
from libs.testing.tokens import Tokens
from tests.architecture.doors import all_doors

A_UUID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


@dataclass(frozen=True)
class Endpoint:
    """A method of a route. In its `path` parameters have no names: `/api/orders/{}/`."""

    service: str
    door: str
    method: str
    path: str
    route: APIRoute

    @cached_property
    def facts(self) -> RouteFacts:
        """What the route's signature says."""
        return RouteFacts(self.route)

    @property
    def well_formed_path(self) -> str:
        """The path with ids that may exist: 1, or a UUID."""
        path = self.path
        types = {each.name: each.field_info.annotation for each in self.route.dependant.path_params}
        for name in self.route.param_convertors:
            path = path.replace("{}", A_UUID if types[name] is UUID else "1", 1)
        return path

    def path_of(self, thing: object) -> str:
        """The path with `thing` as its parameter."""
        return self.path.replace("{}", str(thing))

    @asynccontextmanager
    async def client(self, tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
        """An anonymous client of the door."""
        async with client_at(self.service, all_doors()[self.service, self.door], tokens) as client:
            yield client

    def token(self, tokens: Tokens) -> dict[str, str]:
        """A token that the door lets in."""
        if self.door != "internal":
            return tokens.bearer(role="OWNER", roles=["owner"], user_id=1)
        callers = next(call.callers for call in self.facts.dependencies if hasattr(call, "callers"))
        return tokens.service(caller=callers[0], audience=self.service)


@cache
def all_endpoints() -> tuple[Endpoint, ...]:
    """Every method of every route."""
    return tuple(
        Endpoint(service, name, method, door.mounted_at + without_names(route.path), route)
        for (service, name), door in all_doors().items()
        for route in door.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    )


def without_names(path: str) -> str:
    """The path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def each(chosen: Callable[[Endpoint], bool]) -> pytest.MarkDecorator:
    """Run the test for every chosen endpoint; there must be some."""
    endpoints: list[Any] = [
        pytest.param(endpoint, id=f"{endpoint.service} {endpoint.method} {endpoint.path}")
        for endpoint in all_endpoints()
        if chosen(endpoint)
    ]
    assert endpoints
    return pytest.mark.parametrize("endpoint", endpoints)
