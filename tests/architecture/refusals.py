"""Every door's answer to every refusal it can meet, stored by `make refusals`."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
from fastapi.routing import APIRoute

from gateway import wordings as gateway
from gateway.upstreams import BadGateway, GatewayTimeout
from libs.common.db.listing import InvalidAfter, InvalidCursor
from libs.common.errors import DomainError, Forbidden, NotFound, Throttled, Unauthenticated, Unavailable
from libs.common.http.answers import ERROR_CODE
from libs.common.http.dialect import Dialect
from libs.common.http.door import Door
from libs.common.http.internal_dialect import INTERNAL
from libs.common.http.pos_dialect import POS
from libs.common.http.refusals import BodyTooLarge, InvalidInput, KeyReused, MalformedJson, MethodNotAllowed
from libs.common.http.store_dialect import STORE
from libs.common.row_versions import ChangedMeanwhile
from tests.architecture.doors import all_doors
from tests.architecture.sources import modules

SNAPSHOT = Path(__file__).with_name("refusals.json")

AT_EVERY_DOOR: tuple[DomainError, ...] = (
    InvalidInput([(("name",), "This field is required."), (("items", 1, "quantity"), "Not a number.")]),
    InvalidAfter(),
    InvalidCursor(),
    MalformedJson("unexpected end of data: line 1 column 1 (char 0)"),
    Unauthenticated("missing"),
    Unauthenticated("invalid"),
    Unauthenticated("login"),
    Forbidden("role"),
    Forbidden("owner"),
    NotFound(),
    MethodNotAllowed("PUT", ["GET"]),
    BodyTooLarge(1_048_576),
    ChangedMeanwhile(),
    KeyReused(),
    Throttled(17),
    Unavailable("database"),
)
OF_THE_GATEWAY = (BadGateway("sales"), GatewayTimeout("sales"))

Shown = dict[str, dict[str, Any]]


def all_refusals() -> dict[str, dict[str, Shown]]:
    """Status, code and body by service, door and refusal."""
    shown: dict[str, dict[str, Shown]] = {
        "every service": {
            name: _shown(AT_EVERY_DOOR, dialect)
            for name, dialect in (("pos", POS), ("store", STORE), ("internal", INTERNAL))
        },
        "gateway": {
            "pos": _shown(OF_THE_GATEWAY, gateway.POS),
            "store": _shown(OF_THE_GATEWAY, gateway.STORE),
        },
    }
    for (service, name), door in all_doors().items():
        shown.setdefault(service, {})[name] = _shown(refusals_at(service, door), door.dialect)
    return shown


def refusals_at(service: str, door: Door) -> list[DomainError]:
    """The refusals that the door's routes declare, and a 404 for each kind of thing of the service."""
    declared = [
        error
        for route in door.routes
        if isinstance(route, APIRoute)
        for error in getattr(route.endpoint, "refusals", ())
    ]
    return [*declared, *(kind() for kind in refusals_of(service) if issubclass(kind, NotFound))]


@cache
def refusals_of(service: str) -> tuple[type[DomainError], ...]:
    """The classes of refusal defined in a service, without those of its tests."""
    for module in modules(f"services/{service}/domain/**/*.py"):
        import_module(module)
    return tuple(kind for kind in _below(DomainError) if _is_defined_by(service, kind.__module__))


def _is_defined_by(service: str, module: str) -> bool:
    return module.startswith(f"services.{service}.") and not module.startswith(f"services.{service}.tests.")


def snapshot() -> bytes:
    """The snapshot as stored bytes."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(all_refusals(), default=str, option=options)


def _shown(errors: Iterable[DomainError], dialect: Dialect) -> Shown:
    shown: Shown = {}
    for error in errors:
        answer = dialect.refusal(error)
        told: Mapping[str, Any] = {
            "status": answer.status,
            "code": answer.headers[ERROR_CODE],
            "body": orjson.loads(answer.content),
        }
        assert shown.setdefault(_name(error), dict(told)) == told, f"two examples of {_name(error)} differ"
    return shown


def _name(error: DomainError) -> str:
    reason = error.details.get("reason")
    return f"{type(error).__name__}({reason})" if reason else type(error).__name__


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


if __name__ == "__main__":
    SNAPSHOT.write_bytes(snapshot())
