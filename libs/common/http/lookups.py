"""Looks up the well-formed fields of a malformed body, so that all failing fields are reported at once.

    async def _taken(given: Given, deps: Deps) -> Sequence[DomainError]:
        return await changing.find_taken(sku=given.get("sku"), database=deps.database)

    @pos.post("/products/")
    @refuses(SkuTaken())
    @looks_up(_taken)
    async def create_product(body: ProductIn, deps: DepsDep) -> Response: ...

A body that is well-formed costs nothing: the use case refuses what the database knows. Read by `route.py`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from functools import cache
from inspect import signature
from typing import Any, TypeVar

import structlog
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import create_model

from libs.common.errors import DomainError, Unavailable
from libs.common.http.fields import Shape
from libs.common.unset import UNSET

log = structlog.get_logger(__name__)

Given = Mapping[str, Any]
"""The well-formed fields of a body, parsed, by the names of the shape."""

Lookup = Callable[..., Awaitable[Sequence[DomainError]]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

OF_THE_BODY = frozenset({"given", "sent"})


class InvalidRequest(RequestValidationError):
    """A request with malformed fields, and the refusals of its well-formed ones."""

    def __init__(self, errors: Sequence[Any], *, body: Any, refusals: Sequence[DomainError]) -> None:
        self.refusals = refusals
        super().__init__(errors, body=body)


def looks_up(lookup: Lookup) -> Callable[[Endpoint], Endpoint]:
    """Has the route of a body call `lookup` when some of its fields are malformed.

    `lookup` takes `given`, optionally `sent` (the names of all fields in the body, malformed or not), and
    arguments of the endpoint by their names. It returns refusals that the endpoint declares, from one
    statement. If what it asks is not available, the malformed fields alone are reported.
    """

    def with_lookup(endpoint: Endpoint) -> Endpoint:
        endpoint.lookup = lookup  # type: ignore[attr-defined]  # functions have it; read by the route
        return endpoint

    return with_lookup


class BodyLookup:
    """The lookup of one route, if it has one."""

    def __init__(self, endpoint: Callable[..., Any], dependant: Dependant) -> None:
        self._lookup: Lookup | None = getattr(endpoint, "lookup", None)
        if self._lookup is None:
            return
        (body,) = dependant.body_params
        self._shape: type[Shape] = body.field_info.annotation  # type: ignore[assignment]  # a lookup is of one
        asked = signature(self._lookup).parameters
        self._wanted = [name for name in signature(endpoint).parameters if name in asked]
        self._wants_sent = "sent" in asked
        missing = {
            name
            for name, parameter in asked.items()
            if name not in {*self._wanted, *OF_THE_BODY} and parameter.default is parameter.empty
        }
        assert not missing, f"{endpoint.__qualname__} has no {missing} for its lookup"

    async def refusals(
        self, body: object, errors: Sequence[Any], values: Mapping[str, Any]
    ) -> Sequence[DomainError]:
        """The refusals of the well-formed fields; none if other parts of the request are malformed too."""
        if self._lookup is None or not isinstance(body, dict):
            return ()
        if any(error["loc"][0] != "body" for error in errors):
            return ()
        arguments = {name: values[name] for name in self._wanted}
        if self._wants_sent:
            arguments["sent"] = _names_in(self._shape, body)
        given = well_formed(self._shape, body, malformed={error["loc"][1] for error in errors})
        try:
            return await self._lookup(given, **arguments)
        except Unavailable as error:
            log.warning("lookup_unavailable", part=error.part)
            return ()


def well_formed(shape: type[Shape], body: Given, *, malformed: frozenset[str] | set[str]) -> Given:
    """The fields of the body but the malformed ones, parsed; those names are the body's."""
    rest = {name: value for name, value in body.items() if name not in malformed}
    return _partial(shape).model_validate(rest).given()


def _names_in(shape: type[Shape], body: Given) -> frozenset[str]:
    return frozenset(name for name, field in shape.model_fields.items() if (field.alias or name) in body)


@cache
def _partial(shape: type[Shape]) -> type[Shape]:
    """The shape with every field optional."""
    fields: dict[str, Any] = {}
    for name, declared in shape.model_fields.items():
        field = copy(declared)
        field.default = UNSET
        fields[name] = (declared.annotation, field)
    return create_model(f"Partial{shape.__name__}", __base__=Shape, **fields)
