"""`/api/chatbotusers/{mobile_number}/interactions/`, for ADMIN and OWNER (contract §7)."""

from typing import Annotated

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import TimeText, example
from libs.common.http.fields import Shape, Text
from libs.common.http.replies import reply
from services.chatbot.api.pos.door import pos
from services.chatbot.api.pos.users import NumberInPath
from services.chatbot.deps import DepsDep
from services.chatbot.domain.interactions import CHANNEL_LENGTH_MAX, TEXT_LENGTH_MAX
from services.chatbot.usecases.interactions.recording import (
    Interaction,
    RecordInteraction,
    record_interaction,
)


@example({"channel": "telegram", "text": "¿Tienen croquetas?"})
class InteractionIn(Shape):
    """A message that the user wrote, with its channel."""

    channel: Annotated[str, Text(max_length=CHANNEL_LENGTH_MAX)]
    """The messenger: `telegram`, `whatsapp`, …"""
    text: Annotated[str, Text(max_length=TEXT_LENGTH_MAX)]


@example(
    {
        "id": 7,
        "mobile_number": "+525512345678",
        "channel": "telegram",
        "text": "¿Tienen croquetas?",
        "created_at": "2023-10-27T10:00:00Z",
    }
)
class InteractionOut(TypedDict):
    """A stored message; the time is UTC."""

    id: int
    mobile_number: str
    """The number of the chatbot user."""
    channel: str
    """The messenger."""
    text: str
    created_at: TimeText
    """When the message was stored, UTC."""


@pos.post("/chatbotusers/{mobile_number}/interactions/", status_code=201, response_model=InteractionOut)
async def create_interaction(
    mobile_number: NumberInPath, body: InteractionIn, who: AdminOrOwner, deps: DepsDep
) -> Response:
    """Store a message of a chatbot user. An unknown number is not found (404)."""
    command = body.into(RecordInteraction, mobile_number=mobile_number)
    interaction = await record_interaction(command, database=deps.database, clock=deps.clock)
    return reply(_interaction_out(interaction), 201)


def _interaction_out(interaction: Interaction) -> InteractionOut:
    return {
        "id": interaction.id,
        "mobile_number": interaction.mobile_number,
        "channel": interaction.channel,
        "text": interaction.text,
        "created_at": iso_utc(interaction.created_at),
    }
