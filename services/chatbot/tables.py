"""chatbot's database, the schema of record: columns, constraints, indexes."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, Text
from sqlmodel import Field, SQLModel

from libs.common.db.rows import dictionary_index, folded_texts, new_registry, search_index
from services.chatbot.domain.interactions import CHANNEL_LENGTH_MAX
from services.chatbot.domain.users import MOBILE_NUMBER_LENGTH_MAX, NAME_LENGTH_MAX


class Table(SQLModel, registry=new_registry()):
    """Rows of chatbot's own database."""


class ChatbotUserRow(Table, table=True):
    """A person who writes to the shop's bot."""

    __tablename__ = "chatbot_users"

    mobile_number: str = Field(primary_key=True, max_length=MOBILE_NUMBER_LENGTH_MAX)
    name: str = Field(max_length=NAME_LENGTH_MAX)
    last_interaction: datetime

    search_text: str | None = Field(
        default=None,
        sa_column=folded_texts("name::text", "mobile_number::text", "phone_key(mobile_number::text)"),
    )

    __table_args__ = (
        Index("ix_chatbot_users_last_interaction", "last_interaction", "mobile_number"),
        search_index("chatbot_users"),
        dictionary_index("chatbot_users", "name", key="mobile_number"),
        dictionary_index("chatbot_users", "mobile_number", key="mobile_number"),
    )


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
