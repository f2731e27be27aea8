"""The AsyncAPI document of all events: `python -m libs.common.contracts.asyncapi > docs/asyncapi.json`."""

import sys
from inspect import cleandoc
from typing import Any

import orjson
from pydantic.json_schema import models_json_schema

from libs.common.contracts.event import BATCH_CONTENT_TYPE, CONTENT_TYPE, Event, Promises, owner_of
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.samples import sample
from libs.common.version import VERSION

Document = dict[str, Any]

INTRODUCTION = """\
What happens in the shop, as CloudEvents 1.0 in JSON over AMQP 0.9.1. How to subscribe, and all that is
promised: docs/events.md, at a running gateway /docs/guide/events.

Everything goes to one durable topic exchange, `events`; the routing key is the type. A message carries one
event, or several of a type as a JSON array, oldest first; its content type says which. Within a version of a
type only optional members are added: ignore those that you do not know."""
EXCHANGE = {"name": "events", "type": "topic", "durable": True, "autoDelete": False}
ENVELOPE: Document = {
    "type": "object",
    "description": "CloudEvents 1.0 in JSON. Readers ignore members that are not listed here.",
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "sequence",
        "data",
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {
            "type": "string",
            "format": "uuid",
            "description": "An event with a known id is a repeat of the same event.",
        },
        "source": {"type": "string", "description": "The service that owns and publishes the type."},
        "type": {"type": "string", "description": "`<owner>.<fact>.v<n>`; also the routing key."},
        "subject": {"type": "string", "description": "The thing that changed: `<noun>/<id>`."},
        "time": {"type": "string", "format": "date-time", "description": "The time of the change, UTC."},
        "datacontenttype": {"const": "application/json"},
        "sequence": {
            "type": "string",
            "pattern": r"^\d{20}$",
            "description": "Of two events of a subject, the one with the higher text is newer.",
        },
        "traceparent": {
            "type": "string",
            "description": "W3C trace context of the request that caused the event.",
        },
        "data": {"type": "object"},
    },
}


def asyncapi() -> Document:
    """The AsyncAPI 3 document of all events."""
    _, definitions = models_json_schema(
        [(model, "serialization") for model in EVENTS.values()], ref_template="#/components/schemas/{model}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mostrador events",
            "version": VERSION,
            "description": INTRODUCTION,
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {event_type: _channel(event_type, model) for event_type, model in sorted(EVENTS.items())},
        "operations": {event_type: _operation(event_type) for event_type in sorted(EVENTS)},
        "components": {
            "messages": {
                event_type: _message(event_type, model) for event_type, model in sorted(EVENTS.items())
            }
            | {
                _batch_name(event_type): _batch(event_type, model)
                for event_type, model in sorted(EVENTS.items())
            },
            "schemas": {"Envelope": ENVELOPE, **definitions["$defs"]},
        },
    }


def _channel(event_type: str, model: type[Event]) -> Document:
    return {
        "address": event_type,
        "description": f"{_meaning(model)}\n\n{_promised(model.promises)}",
        "tags": [{"name": owner_of(event_type)}],
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"} for name in (event_type, _batch_name(event_type))
        },
        "bindings": {"amqp": {"is": "routingKey", "exchange": EXCHANGE, "bindingVersion": "0.3.0"}},
    }


def _meaning(model: type[Event]) -> str:
    """The docstrings of the model and of those that it builds on."""
    models = [kind for kind in model.mro() if issubclass(kind, Event) and kind is not Event]
    return "\n\n".join(cleandoc(kind.__doc__ or "") for kind in models)


def _promised(promises: Promises) -> str:
    """The promises as Markdown: readers of the document show descriptions, and few know extensions."""
    return "\n".join(
        (
            f"- **Subject:** `{promises.subject}`",
            f"- **Order:** {promises.order.promise}",
            f"- **Delivery:** {promises.delivery}",
        )
    )


def _operation(event_type: str) -> Document:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{event_type}"},
        "summary": f"{owner_of(event_type)} publishes the event once the change is committed.",
    }


def _message(event_type: str, model: type[Event]) -> Document:
    return {
        "name": event_type,
        "title": model.__name__,
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": event_type},
                        "data": {"$ref": f"#/components/schemas/{model.__name__}"},
                    },
                },
            ]
        },
        "examples": [{"payload": orjson.loads(sample(event_type))}],
    }


def _batch(event_type: str, model: type[Event]) -> Document:
    return {
        "name": event_type,
        "title": f"{model.__name__}, several",
        "summary": "Events of one type that were published together, oldest first.",
        "contentType": BATCH_CONTENT_TYPE,
        "payload": {
            "type": "array",
            "minItems": 1,
            "items": {"$ref": f"#/components/messages/{event_type}/payload"},
        },
        "examples": [{"payload": [orjson.loads(sample(event_type))]}],
    }


def _batch_name(event_type: str) -> str:
    return f"{event_type}.batch"


def main() -> None:
    """Write the document to stdout."""
    text = orjson.dumps(asyncapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    sys.stdout.buffer.write(text)


if __name__ == "__main__":
    main()
