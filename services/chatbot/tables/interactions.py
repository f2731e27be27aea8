"""Messages to the bot."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Text
from sqlmodel import Field

from services.chatbot.domain.interactions import CHANNEL_LENGTH_MAX
from services.chatbot.domain.users import MOBILE_NUMBER_LENGTH_MAX
from services.chatbot.tables.base import Table


class InteractionRow(Table, table=True):
    """A message that a user wrote to the bot. It is deleted with its user."""

    __tablename__ = "interactions"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    mobile_number: str = Field(
        foreign_key="chatbot_users.mobile_number",
        ondelete="CASCADE",
        index=True,
        max_length=MOBILE_NUMBER_LENGTH_MAX,
    )
    channel: str = Field(max_length=CHANNEL_LENGTH_MAX)
    text: str = Field(sa_type=Text)
    created_at: datetime
