"""Recording a message that a user wrote to the bot."""

from dataclasses import asdict, dataclass
from datetime import datetime

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.chatbot.domain.users import ChatbotUserNotFound
from services.chatbot.usecases.users.reading import STORED_NUMBER


@dataclass(frozen=True, slots=True)
class RecordInteraction:
    """A message of the user with this number, in any spelling, with its channel."""

    mobile_number: str
    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """A stored message; `created_at` is UTC."""

    id: int
    mobile_number: str
    channel: str
    text: str
    created_at: datetime


# Messages may arrive out of order, so `last_interaction` never moves back.
INSERT_INTERACTION = f"""
with sender as (
  update chatbot_users set last_interaction = greatest(last_interaction, %(now)s)
  where mobile_number = {STORED_NUMBER}
  returning mobile_number
)
insert into interactions (mobile_number, channel, text, created_at)
select mobile_number, %(channel)s, %(text)s, %(now)s from sender
returning id, mobile_number, channel, text, created_at
"""


async def record_interaction(command: RecordInteraction, *, database: Database, clock: Clock) -> Interaction:
    """Store the message and set the user's last interaction to now. An unknown user is not registered.

    Raises `ChatbotUserNotFound`.
    """
    values = {**asdict(command), "now": clock()}
    interaction = await database.fetch_one(Interaction, INSERT_INTERACTION, values)
    if interaction is None:
        raise ChatbotUserNotFound
    return interaction
