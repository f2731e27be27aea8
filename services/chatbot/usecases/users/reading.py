"""Reading chatbot users: one, or a list."""

from dataclasses import dataclass
from datetime import datetime

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.chatbot.domain.users import ChatbotUserNotFound

USER_COLUMNS = "mobile_number, name, last_interaction"

SELECT_USERS = f"select {USER_COLUMNS} from chatbot_users"

# The number of a user, by any spelling; the spelling itself comes first.
STORED_NUMBER = """(
  select mobile_number from chatbot_users
  where mobile_number = %(mobile_number)s
    or phone_key(mobile_number) = phone_key(%(mobile_number)s) and not number_shared
  order by mobile_number = %(mobile_number)s desc
  limit 1
)"""

SELECT_USER = f"{SELECT_USERS} where mobile_number = {STORED_NUMBER}"

SORTABLE = ("mobile_number", "name", "last_interaction")


@dataclass(frozen=True, slots=True)
class ChatbotUser:
    """A person who writes to the shop's bot. `last_interaction` is the time (UTC) of their last message."""

    mobile_number: str
    name: str
    last_interaction: datetime


USER_LIST = Listing(
    row=ChatbotUser,
    rows=SELECT_USERS,
    counted="chatbot_users",
    columns={field: field for field in SORTABLE},
    texts=("name", "mobile_number"),
    searched="search_text",
    phones=True,
    default=(("last_interaction", True), ("mobile_number", True)),
)


async def list_users(query: ListQuery, *, database: Database) -> Page[ChatbotUser]:
    """List all users, the latest interaction first unless the query sorts."""
    return await USER_LIST.read(query, [], {}, database=database)


async def find_user(mobile_number: str, *, database: Database) -> ChatbotUser:
    """The user with this number, in any spelling. Raises `ChatbotUserNotFound`."""
    user = await database.fetch_one(ChatbotUser, SELECT_USER, {"mobile_number": mobile_number})
    if user is None:
        raise ChatbotUserNotFound
    return user
