"""Facts for the API document from a route's signature: permitted callers, parameters, body."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo

from libs.common.http.approvals import presented_approvals
from libs.common.http.callers import IDENTIFYING, WITH_ROLE, maybe_authenticate
from libs.common.http.idempotency import honours_key
from libs.common.http.preconditions import if_match

REQUIRING = IDENTIFYING - {maybe_authenticate}


@dataclass(frozen=True)
class RouteFacts:
    """The facts of one route."""

    route: APIRoute

    @cached_property
    def dependencies(self) -> frozenset[Callable[..., Any]]:
        """All functions that are called before the endpoint."""
        return frozenset(_calls(self.route.dependant))

    @property
    def identifies(self) -> bool:
        """Whether a token is read; if sent, it must be valid."""
        return bool(self.dependencies & IDENTIFYING)

    @property
    def requires_token(self) -> bool:
        """Whether a request without a token is refused."""
        return bool(self.dependencies & REQUIRING)

    @property
    def requires_role(self) -> bool:
        """Whether only some roles are permitted."""
        return bool(self.dependencies & WITH_ROLE)

    @property
    def is_keyed(self) -> bool:
        """Whether an `Idempotency-Key` is honoured."""
        return honours_key(self.route.endpoint)

    @property
    def is_versioned(self) -> bool:
        """Whether the answer has an `ETag`."""
        return getattr(self.route.endpoint, "is_versioned", False)

    @property
    def is_list(self) -> bool:
        """Whether the answer is a page of a list, with its headers."""
        return bool(self.list_parameters) and not self.is_feed

    @property
    def is_feed(self) -> bool:
        """Whether the answer is a page of a change feed."""
        return any(getattr(call, "is_feed", False) for call in self.dependencies)

    @property
    def can_be_unmodified(self) -> bool:
        """Whether the answer can be 304."""
        return (self.is_versioned or bool(self.list_parameters)) and "GET" in (self.route.methods or ())

    @property
    def takes_if_match(self) -> bool:
        """Whether a change can be refused because of `If-Match`."""
        return if_match in self.dependencies

    @property
    def takes_approvals(self) -> bool:
        """Whether a deed can need the approval in `X-Approval`."""
        return presented_approvals in self.dependencies

    @property
    def list_parameters(self) -> list[dict[str, Any]]:
        """The query parameters of a list (`ListQuery`) or a feed (`ChangesQuery`)."""
        return [each for call in self.dependencies for each in getattr(call, "parameters", ())]

    @property
    def takes_body(self) -> bool:
        """Whether a body is read."""
        return self.route.body_field is not None

    @property
    def required_fields(self) -> list[str]:
        """The required fields of the body."""
        fields: Mapping[str, FieldInfo] = {}
        if self.route.body_field is not None:
            fields = getattr(self.route.body_field.field_info.annotation, "model_fields", fields)
        return [name for name, field in fields.items() if field.is_required()]


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for inner in dependant.dependencies:
        if inner.call is not None:
            yield inner.call
        yield from _calls(inner)
