"""Leaves fields out of a body that its sender may not write; they are ignored, malformed or not.

    def _for_admins(who: Principal) -> Collection[str]:
        return () if who.is_admin else {"credit_limit"}

    @pos.post("/customers/")
    @ignores(_for_admins)
    async def create_customer(body: CustomerIn, who: Staff, deps: DepsDep) -> Response: ...

Read by `route.py`, before the body is checked.
"""

from collections.abc import Callable, Collection, Mapping
from inspect import signature
from typing import Any, TypeVar

from libs.common.auth.principal import Principal

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Ignored = Callable[[Principal], Collection[str]]


def ignores(fields: Ignored) -> Callable[[Endpoint], Endpoint]:
    """Has the route of a body ignore what `fields` names, by the names of the body. The route takes `who`."""

    def with_ignored(endpoint: Endpoint) -> Endpoint:
        assert "who" in signature(endpoint).parameters, f"{endpoint.__qualname__} takes no `who`"
        endpoint.ignored = fields  # type: ignore[attr-defined]  # functions have it; read by the route
        return endpoint

    return with_ignored


def read_part(endpoint: Callable[..., Any], body: object, values: Mapping[str, Any]) -> object:
    """The body without what the endpoint ignores from its sender, who is among the `values`."""
    fields: Ignored | None = getattr(endpoint, "ignored", None)
    if fields is None or not isinstance(body, dict):
        return body
    ignored = fields(values["who"])
    return {name: value for name, value in body.items() if name not in ignored}
