"""The merged API documents, made from the sources as the gateway makes them from the services."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from gateway.documents import PUBLIC_APIS
from gateway.merging import merge
from tests.architecture.doors import doors_at


class Merged(NamedTuple):
    """The document of a dialect. `base` comes before its paths."""

    dialect: str
    base: str
    document: dict[str, Any]


class Operation(NamedTuple):
    """A method of a path in a merged document."""

    merged: Merged
    path: str
    method: str
    described: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.full_path}"

    @property
    def full_path(self) -> str:
        """The path as a client of the gateway writes it."""
        return self.merged.base + self.path


@cache
def documents() -> tuple[Merged, ...]:
    """The documents of both dialects."""
    made = []
    for api in PUBLIC_APIS:
        told = {service: door.openapi() for service, door in doors_at(api.name).items()}
        made.append(Merged(api.name, api.base, merge(told, base=api.base, frame=api.frame([]))))
    return tuple(made)


def operations() -> Iterator[Operation]:
    """Every operation of both documents."""
    for merged in documents():
        for path, item in merged.document["paths"].items():
            for method, described in item.items():
                yield Operation(merged, path, method, described)
