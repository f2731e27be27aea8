"""Adds links to a document, from the answer of a POST to the paths of the created thing."""

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

OF_A_THING = re.compile(r"/\{(\w+)\}")


def link(schema: Schema) -> None:
    """Add links to every POST whose path has paths with an id below it (`/orders/{id}/`)."""
    for path, item in schema["paths"].items():
        made = item.get("post", {}).get("responses", {}).get("201")
        if made and (links := dict(_links(schema, path, made))):
            made["links"] = links


def _links(schema: Schema, path: str, made: Schema) -> Iterator[tuple[str, Schema]]:
    members = _members(schema, made)
    for below, item in schema["paths"].items():
        found = OF_A_THING.match(below.removeprefix(path.rstrip("/")))
        if found is None or not below.startswith(path.rstrip("/")):
            continue
        name = found[1]
        member = name if name in members else "id"
        for operation in item.values() if member in members else ():
            yield (
                operation["operationId"],
                {
                    "operationId": operation["operationId"],
                    "parameters": {name: f"$response.body#/{member}"},
                },
            )


def _members(schema: Schema, answer: Schema) -> Schema:
    shape: Schema = answer["content"]["application/json"]["schema"]
    if "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    members: Schema = shape.get("properties", {})
    return members
