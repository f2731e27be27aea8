"""How does a door describe itself? With FastAPI's document, and what every route of the dialect does."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from libs.common.http.door import Door


def document(door: "Door", schema: dict[str, Any]) -> dict[str, Any]:
    """The document with the door's own errors."""
    return schema
