"""Operations that are closed to the fuzzer's role answer all requests alike: one of each is enough."""

from collections.abc import Iterator
from typing import Any

from tests.fuzz.callers import Caller

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
NOBODYS = {"uuid": "00000000-0000-4000-8000-000000000000"}
"""An id that does not exist, by its format."""


def closed_operations(document: dict[str, Any], caller: Caller) -> Iterator[str]:
    """The ids of the operations that refuse the caller for their role, each after one request."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in METHODS and not caller.may_ask(method, _filled(path, operation)):
                assert "403" in operation["responses"], f"{method} {path} is closed and does not say so"
                yield operation["operationId"]


def _filled(path: str, operation: dict[str, Any]) -> str:
    return path.format_map(
        {
            each["name"]: NOBODYS.get(each["schema"].get("format"), "0")
            for each in operation.get("parameters", ())
            if each["in"] == "path"
        }
    )
