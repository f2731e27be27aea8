"""Tidies pydantic's schemas for generators and readers: no titles, members in the order of the example."""

from collections.abc import Iterator
from typing import Any

NOT_SCHEMAS = frozenset({"examples", "example", "default", "const", "enum"})

Schema = dict[str, Any]


def tidy(schema: Schema) -> None:
    """Remove the titles in a schema, whose generated classes would clash, and order its properties.

    Members that an example shows come first, in its order: those of a base class would stand before them.
    """
    if isinstance(schema.get("title"), str):
        del schema["title"]
    if "properties" in schema and (shown := schema.get("examples")):
        members = schema["properties"]
        first = [name for name in shown[0] if name in members]
        schema["properties"] = {name: members[name] for name in dict.fromkeys([*first, *members])}
    for inner in _inside(schema):
        tidy(inner)


def _inside(schema: Schema) -> Iterator[Schema]:
    """The schemas directly inside a schema."""
    for name, part in schema.items():
        if name in NOT_SCHEMAS:
            continue
        inner = part.values() if name == "properties" else part if isinstance(part, list) else [part]
        yield from (each for each in inner if isinstance(each, dict))
