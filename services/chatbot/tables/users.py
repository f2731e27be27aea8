"""Users of the bot."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from libs.common.db.rows import dictionary_index, folded_texts, search_index
from services.chatbot.domain.users import MOBILE_NUMBER_LENGTH_MAX, NAME_LENGTH_MAX
from services.chatbot.tables.base import Table


class ChatbotUserRow(Table, table=True):
    """A person who writes to the shop's bot."""

    __tablename__ = "chatbot_users"

    mobile_number: str = Field(primary_key=True, max_length=MOBILE_NUMBER_LENGTH_MAX)
    number_shared: bool = Field(sa_column_kwargs={"server_default": text("false")})
    """Another user had the number in another spelling when spellings began to be compared."""
    name: str = Field(max_length=NAME_LENGTH_MAX)
    last_interaction: datetime

    search_text: str | None = Field(
        default=None,
        sa_column=folded_texts("name::text", "mobile_number::text", "phone_key(mobile_number::text)"),
    )

    __table_args__ = (
        Index("ix_chatbot_users_last_interaction", "last_interaction", "mobile_number"),
        Index(
            "uq_chatbot_users_mobile_number",
            text("phone_key(mobile_number::text)"),
            unique=True,
            postgresql_where=text("NOT number_shared"),
        ),
        search_index("chatbot_users"),
        dictionary_index("chatbot_users", "name", key="mobile_number"),
        dictionary_index("chatbot_users", "mobile_number", key="mobile_number"),
    )
