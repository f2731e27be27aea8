"""Merges the services' documents into one per dialect, by path; clashing names are made unique."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.introductions import through_the_gateway
from gateway.routes import Route, route_of
from gateway.tags import described, tag_of

PARAMETER = re.compile(r"\{\w+\}")
REF = "#/components/schemas/"

Schema = dict[str, Any]


def merge(documents: Mapping[str, Schema], *, base: str, frame: Schema) -> Schema:
    """The one document of a dialect: `frame` (info, own paths and components) with every service's paths.

    Paths under `base` that the gateway does not route are left out. A component that several services
    describe alike appears once; names with different meanings are prefixed with the service's name.
    """
    clashing = _clashing({service: _schemas(document) for service, document in documents.items()})
    paths, schemas = dict(frame["paths"]), dict(frame["components"]["schemas"])
    for service, document in documents.items():
        prefix = service.capitalize()
        renamed = {REF + name: f"{REF}{prefix}{name}" for name in _schemas(document) if name in clashing}
        for name, schema in _schemas(document).items():
            schemas[prefix + name if name in clashing else name] = _with_refs(schema, renamed)
        for path, item in document["paths"].items():
            if route := _route(service, base + path):
                paths[path] = {
                    method: through_the_gateway({**_with_refs(operation, renamed), "tags": [tag_of(route)]})
                    for method, operation in item.items()
                }
    components = {**frame["components"], "schemas": dict(sorted(schemas.items()))}
    tags = {tag for item in paths.values() for operation in item.values() for tag in operation["tags"]}
    return {**frame, "tags": described(tags), "paths": paths, "components": components}


def _route(service: str, path: str) -> Route | None:
    """The path's route if it is the service's, else None."""
    route = route_of(PARAMETER.sub("any", path))
    return route if route is not None and route.service == service else None


def _schemas(document: Schema) -> Schema:
    schemas: Schema = document.get("components", {}).get("schemas", {})
    return schemas


def _clashing(schemas: Mapping[str, Schema]) -> frozenset[str]:
    """Names with different meanings in several services: their descriptions or parts differ."""
    meanings: dict[str, list[Schema]] = defaultdict(list)
    for of_service in schemas.values():
        for name, schema in of_service.items():
            meanings[name].append(schema)
    shared = {name: found for name, found in meanings.items() if len(found) > 1}
    clashing = {name for name, found in shared.items() if any(other != found[0] for other in found[1:])}
    while more := {
        name
        for name, found in shared.items()
        if name not in clashing and any(ref.removeprefix(REF) in clashing for ref in _refs(found[0]))
    }:
        clashing |= more
    return frozenset(clashing)


def _refs(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(ref := schema.get("$ref"), str):
            yield ref
        for value in schema.values():
            yield from _refs(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _refs(value)


def _with_refs(schema: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(schema, dict):
        return {
            name: renamed.get(value, value) if name == "$ref" else _with_refs(value, renamed)
            for name, value in schema.items()
        }
    if isinstance(schema, list):
        return [_with_refs(value, renamed) for value in schema]
    return schema
