"""The JSON of sales that are sent, whatever is in it, made so that PostgreSQL stores it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

DEPTH_MAX = 20
WHOLE_MAX = 2.0**63
"""PostgreSQL gives a larger number back with all its digits, and orjson writes no such whole number."""
REPLACED = "\ufffd"


def storable(value: Any, depth: int = 0) -> Any:
    """The JSON without null characters, endless and huge numbers, and what is too deep."""
    match value:
        case str():
            return value.replace("\0", REPLACED)
        case float() if not abs(value) < WHOLE_MAX:
            return str(value)
        case list() | Mapping() if depth == DEPTH_MAX:
            return REPLACED
        case list():
            return [storable(each, depth + 1) for each in value]
        case Mapping():
            return {storable(name): storable(member, depth + 1) for name, member in value.items()}
        case _:
            return value


def hash_of(text: Any) -> str:
    """The same for the same JSON, in whatever order its members stand."""
    return hashlib.sha256(json.dumps(text, sort_keys=True).encode()).hexdigest()


def member_of(text: Any, name: str) -> Any:
    """The member of the JSON; None if there is none, or if it is no object."""
    return text.get(name) if isinstance(text, Mapping) else None


def client_id_in(text: Any) -> UUID | None:
    """The `client_id`, if it is a UUID."""
    given = member_of(text, "client_id")
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None
