"""A route that FastAPI declares and documents, and that is called without FastAPI's solver (ADR 0027).

FastAPI's solver supports every kind of dependency and took a fifth of a small request. Ours are
coroutines that take the request, path and query parameters, and one another; a route that needs more than
that is refused when it is declared.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Response
from fastapi._compat import ModelField
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.routing import APIRoute
from fastapi.utils import create_model_field
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from libs.common.db.operations import Operation
from libs.common.http.callers import IDENTIFYING
from libs.common.http.fields import Shape
from libs.common.http.idempotency import answer_once, honours_key, operation_parameter, secrets_in
from libs.common.http.ignored import read_part
from libs.common.http.lookups import BodyLookup, InvalidRequest
from libs.common.http.refusals import MalformedJson
from libs.common.http.requests import JsonRequest, Malformed

NOT_OFFERED = (
    "header_params",
    "cookie_params",
    "http_connection_param_name",
    "websocket_param_name",
    "response_param_name",
    "background_tasks_param_name",
    "security_scopes_param_name",
)

Call = Callable[..., Any]
Values = dict[str, Any]


class JsonRoute(APIRoute):
    """A route that authenticates the caller before anything else, and reads its body with `JsonRequest`.

    The work of an `idempotent` endpoint is claimed once all its arguments are known. `response_model` is only
    described: endpoints return responses.
    """

    def __init__(self, *args: Any, response_model: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, response_model=None, **kwargs)
        del self.response_field  # made below
        self.response_model = None if isinstance(response_model, DefaultPlaceholder) else response_model
        self.dependant.dependencies.sort(key=lambda dependency: dependency.call not in IDENTIFYING)
        _refuse_what_is_not_offered(self.dependant)
        assert not self._embed_body_fields, f"{self.endpoint.__qualname__} takes more than one body"
        self.is_idempotent = honours_key(self.endpoint)
        self._operation = operation_parameter(self.dependant) if self.is_idempotent else ""
        self._lookup = BodyLookup(self.endpoint, self.dependant)
        self._may_be_cut = getattr(self.endpoint, "takes_lone_surrogates", False)

    @cached_property
    def response_field(self) -> ModelField | None:  # type: ignore[override] # mypy takes it to be read-only
        """Describes the answer in the document: not made before, as a process would start later."""
        if self.response_model is None:
            return None
        return create_model_field(
            name=f"Response_{self.unique_id}", type_=self.response_model, mode="serialization"
        )

    async def respond(self, scope: Scope, receive: Receive) -> Response:
        """The endpoint's response to a request whose path this route has matched."""
        request = JsonRequest(scope, receive, limit_bytes=scope["app"].body_limit_bytes)
        body = None if self.body_field is None else await request.json(has_lone_surrogates=self._may_be_cut)
        values, errors = await _values_for(self.dependant, request, {})
        if isinstance(body, Malformed):
            raise MalformedJson(body.parser_error)
        for field in self.dependant.body_params:
            body = read_part(self.endpoint, body, values)
            values[field.name], wrong = field.validate(body, loc=("body",))
            errors += wrong
        if errors:
            refusals = await self._lookup.refusals(body, errors, values)
            raise InvalidRequest(errors, body=body, refusals=refusals)
        return await self._answer(request, values)

    async def _answer(self, request: JsonRequest, values: Values) -> Response:
        if not self.is_idempotent:
            response: Response = await self.endpoint(**values)
            return response

        async def run(operation: Operation) -> Response:
            answer: Response = await self.endpoint(**values | {self._operation: operation})
            return answer

        return await answer_once(
            request, run, unrepeatable=values[self._operation], secrets=secrets_in(self.endpoint)
        )


async def _values_for(
    asking: Dependant, request: JsonRequest, known: dict[Call, Any]
) -> tuple[Values, list[Any]]:
    """The arguments of a call, and the errors of the request. Each dependency is called once."""
    values: Values = {}
    errors: list[Any] = []
    for field in asking.path_params:
        values[field.name], wrong = field.validate(
            request.path_params[field.alias], loc=("path", field.alias)
        )
        errors += wrong
    if asking.query_params:
        found, wrong = _values_in_query(asking.query_params, request.query_params)
        values |= found
        errors += wrong
    if asking.request_param_name:
        values[asking.request_param_name] = request
    for needed in asking.dependencies:
        call = needed.call
        assert call
        if call not in known:
            found, wrong = await _values_for(needed, request, known)
            if wrong:
                errors += wrong
                continue
            known[call] = await call(**found)
        if needed.name:
            values[needed.name] = known[call]
    return values, errors


def _values_in_query(fields: Sequence[ModelField], sent: QueryParams) -> tuple[Values, list[Any]]:
    """The query parameters, and their errors. The call has the defaults of those that were not sent."""
    values: Values = {}
    errors: list[Any] = []
    for field in fields:
        members = _members_of(field)
        if members is None:
            if field.alias not in sent and not field.field_info.is_required():
                continue
        elif members.isdisjoint(sent):
            values[field.name], wrong = field.validate({}, loc=("query",))
            errors += wrong
            continue
        found, wrong = request_params_to_args([field], sent)
        values |= found
        errors += wrong
    return values, errors


@cache
def _members_of(field: ModelField) -> frozenset[str] | None:
    """The names of a shape's members, each by itself a parameter; None if the field is no shape."""
    kind = field.field_info.annotation
    if not (isinstance(kind, type) and issubclass(kind, Shape)):
        return None
    return frozenset(member.alias or name for name, member in kind.model_fields.items())


def _refuse_what_is_not_offered(asking: Dependant) -> None:
    name = getattr(asking.call, "__qualname__", asking.call)
    assert iscoroutinefunction(asking.call), f"{name} is no coroutine function"
    for kind in NOT_OFFERED:
        assert not getattr(asking, kind), f"{name} asks for {kind}: see {__name__}"
    for needed in asking.dependencies:
        _refuse_what_is_not_offered(needed)
