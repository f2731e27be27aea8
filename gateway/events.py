"""The page of the events: the AsyncAPI document as text, rendered when the gateway starts."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from string import Template
from typing import Any

from gateway.assets import HERE
from gateway.markdown import rendered

Schema = Mapping[str, Any]

PARAGRAPH = "\n\n"
FORMATS = {"date-time": "time (UTC)", "date": "date", "uuid": "UUID"}
DECIMAL = r"^-?\d+(\.\d+)?$"


def events_page(document: Schema, *, path: str) -> str:
    """The inside of the page; `path` is where the document is served."""
    channels: Mapping[str, Schema] = document["channels"]
    components = document["components"]
    return Template((HERE / "events.html").read_text()).substitute(
        title=escape(document["info"]["title"]),
        introduction=rendered(document["info"]["description"]),
        document=path,
        contents=rendered(_contents(channels)),
        envelope=_table(components["schemas"]["Envelope"], components["schemas"]),
        types="".join(_section(name, channel, components) for name, channel in channels.items()),
    )


def _contents(channels: Mapping[str, Schema]) -> str:
    return "\n".join(
        f"- [`{name}`](#{name}): {channel['description'].split(PARAGRAPH)[0]}"
        for name, channel in channels.items()
    )


def _section(name: str, channel: Schema, components: Schema) -> str:
    message = components["messages"][name]
    data = components["schemas"][message["title"]]
    return Template((HERE / "event.html").read_text()).substitute(
        type=name,
        meaning=rendered(channel["description"]),
        members=_table(data, components["schemas"]),
        sample=escape(json.dumps(message["examples"][0]["payload"], indent=2, ensure_ascii=False)),
    )


def _table(schema: Schema, schemas: Schema) -> str:
    """The members: two columns, because a phone has no room for a third."""
    rows = [f"| `{name}` | {told} |" for name, told in _members(schema, schemas)]
    return rendered("\n".join(["| member | what it is |", "|---|---|", *rows]))


def _members(schema: Schema, schemas: Schema, within: str = "") -> Iterator[tuple[str, str]]:
    """Name, and type with meaning, of every member; those of a list's entries as `lines[].quantity`."""
    for name, member in schema["properties"].items():
        kinds = [_resolved(kind, schemas) for kind in member.get("anyOf", [member])]
        parts = {".": kinds, "[].": [_resolved(kind["items"], schemas) for kind in kinds if "items" in kind]}
        objects = [(path, part) for path in parts for part in parts[path] if "properties" in part]
        required = "" if name in schema.get("required", ()) else ", optional"
        told = [" or ".join(map(_in_words, kinds)) + required]
        told += [
            each["description"] for each in (member, *(part for _, part in objects)) if "description" in each
        ]
        yield within + name, " ".join(". ".join(told[:2]).split())
        for path, part in objects:
            yield from _members(part, schemas, f"{within}{name}{path}")


def _resolved(schema: Schema, schemas: Schema) -> Schema:
    """The schema that a reference names."""
    reference: str | None = schema.get("$ref")
    return schemas[reference.rpartition("/")[2]] if reference else schema


def _in_words(schema: Schema) -> str:
    if "const" in schema:
        return f"always `{schema['const']}`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return "list of objects" if "$ref" in schema["items"] else f"list of {_in_words(schema['items'])}s"
    if schema.get("pattern") == DECIMAL:
        return "decimal number as text"
    return FORMATS.get(schema.get("format", ""), str(schema.get("type", "anything")))
