"""How does a door show a refusal whose shape the contract fixes case by case?

A door is told with `refusals={OrderNotPending: non_field_errors, StockShort: with_status(error, 400)}`.
A rule that has several texts at once carries them in `details["messages"]`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from libs.common.errors import DomainError

MESSAGES = "messages"

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Makes the body of a refusal: from its message (or a text of the door's own) and its details."""

    shape: Callable[[Sequence[str], Mapping[str, object]], Body]
    text: str | None = None
    status: int | None = None

    def body(self, error: DomainError) -> Body:
        """The JSON body that shows this refusal."""
        details = {name: value for name, value in error.details.items() if name != MESSAGES}
        return self.shape(self._messages(error), details)

    def _messages(self, error: DomainError) -> Sequence[str]:
        if self.text is not None:
            return [self.text.format_map(error.details)]
        messages = error.details.get(MESSAGES)
        return (
            [str(message) for message in messages] if isinstance(messages, list | tuple) else [error.message]
        )


def _error_with_details(messages: Sequence[str], details: Mapping[str, object]) -> Body:
    return {"error": messages[0], **details}


detail = Renderer(lambda messages, _: {"detail": messages[0]})
"""`{"detail": "message"}`"""

error = Renderer(_error_with_details)
"""`{"error": "message", **details}`"""

error_list = Renderer(lambda messages, _: {"error": list(messages)})
"""`{"error": ["message", ..]}`"""

non_field_errors = Renderer(lambda messages, _: {"non_field_errors": list(messages)})
"""`{"non_field_errors": ["message", ..]}`"""


def on_field(name: str) -> Renderer:
    """`{"<name>": ["message", ..]}`"""
    return Renderer(lambda messages, _: {name: list(messages)})


def with_message(renderer: Renderer, text: str) -> Renderer:
    """The same shape with this door's own text; `{name}` in it stands for a detail of the refusal."""
    return replace(renderer, text=text)


def with_status(renderer: Renderer, status: int) -> Renderer:
    """The same shape under another status than the one of the refusal's kind."""
    return replace(renderer, status=status)
