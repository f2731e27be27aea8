"""What can be done with chatbot users? A function for each, and the SQL that it runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from psycopg import sql
from psycopg.errors import UniqueViolation

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.listing import ListQuery, order_by, search
from services.chatbot.domain.chatbotusers import ChatbotUserNotFound, MobileNumberTaken, check_mobile_number

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ChatbotUser:
    """Somebody who writes to the shop's bot; `last_interaction` is when they last did."""

    mobile_number: str
    name: str
    last_interaction: datetime


@dataclass(frozen=True, slots=True)
class Interaction:
    """One message that was stored."""

    id: int
    mobile_number: str
    channel: str
    text: str
    created_at: datetime


INSERT_USER = """
insert into chatbot_users (mobile_number, name, last_interaction)
values (%(mobile_number)s, %(name)s, %(now)s)
returning mobile_number, name, last_interaction
"""

SELECT_USER = """
select mobile_number, name, last_interaction from chatbot_users where mobile_number = %(mobile_number)s
"""

UPDATE_USER = """
update chatbot_users set name = coalesce(%(name)s, name) where mobile_number = %(mobile_number)s
returning mobile_number, name, last_interaction
"""

SELECT_USERS = sql.SQL("""
select mobile_number, name, last_interaction from chatbot_users
where {matching} {order} limit %(limit)s offset %(offset)s
""")

COUNT_USERS = sql.SQL("select count(*) from chatbot_users where {matching}")

SEARCHED = ("name", "mobile_number")
ORDERINGS = {"mobile_number": "mobile_number", "name": "name", "last_interaction": "last_interaction"}
WHO_WROTE_LAST_FIRST = (("last_interaction", True), ("mobile_number", True))

DELETE_USER = "delete from chatbot_users where mobile_number = %(mobile_number)s"

# Two messages may arrive in either order, so the time never goes back.
INSERT_INTERACTION = """
with sender as (
  update chatbot_users set last_interaction = greatest(last_interaction, %(now)s)
  where mobile_number = %(mobile_number)s
  returning mobile_number
)
insert into interactions (mobile_number, channel, text, created_at)
select mobile_number, %(channel)s, %(text)s, %(now)s from sender
returning id, mobile_number, channel, text, created_at
"""


async def create_user(mobile_number: str, name: str, *, database: Database, clock: Clock) -> ChatbotUser:
    """Register somebody; being registered is their first interaction.

    Raises `MobileNumberInvalid`, and `MobileNumberTaken` when somebody has the number.
    """
    check_mobile_number(mobile_number)
    values = {"mobile_number": mobile_number, "name": name, "now": clock()}
    try:
        user = await database.fetch_one(ChatbotUser, INSERT_USER, values)
    except UniqueViolation as violation:
        raise MobileNumberTaken from violation
    assert user
    return user


async def list_users(query: ListQuery, *, database: Database) -> tuple[list[ChatbotUser], int]:
    """The part of the list that is asked for, who wrote last first, and how many users match in all."""
    matching, values = search(SEARCHED, query.search)
    order = order_by(ORDERINGS, query.ordering, default=WHO_WROTE_LAST_FIRST)
    page = {**values, "limit": query.limit, "offset": query.offset}
    async with database.connection() as connection:
        users = await connection.fetch_all(
            ChatbotUser, SELECT_USERS.format(matching=matching, order=order), page
        )
        total = await connection.fetch_value(COUNT_USERS.format(matching=matching), values)
    return users, total


async def get_user(mobile_number: str, *, database: Database) -> ChatbotUser:
    """The user with this number; raises `ChatbotUserNotFound`."""
    return _found(await database.fetch_one(ChatbotUser, SELECT_USER, {"mobile_number": mobile_number}))


async def update_user(mobile_number: str, *, name: str | None, database: Database) -> ChatbotUser:
    """Give the user another name, or none other; raises `ChatbotUserNotFound`."""
    values = {"mobile_number": mobile_number, "name": name}
    return _found(await database.fetch_one(ChatbotUser, UPDATE_USER, values))


async def delete_user(mobile_number: str, *, database: Database) -> None:
    """Forget the user and all that they wrote, for good; raises `ChatbotUserNotFound`."""
    if not await database.execute(DELETE_USER, {"mobile_number": mobile_number}):
        raise ChatbotUserNotFound


async def record_interaction(
    mobile_number: str, channel: str, text: str, *, database: Database, clock: Clock
) -> Interaction:
    """Store what the user wrote, now; nobody is registered by it: raises `ChatbotUserNotFound`."""
    values = {"mobile_number": mobile_number, "channel": channel, "text": text, "now": clock()}
    return _found(await database.fetch_one(Interaction, INSERT_INTERACTION, values))


def _found(row: Row | None) -> Row:
    if row is None:
        raise ChatbotUserNotFound
    return row
