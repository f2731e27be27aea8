"""Creating, changing and deleting a chatbot user."""

from dataclasses import asdict, dataclass

from psycopg.errors import UniqueViolation

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.errors import DomainError
from libs.common.unset import UNSET, Unset, value_or
from services.chatbot.domain.users import (
    ChatbotUserNotFound,
    MobileNumberInvalid,
    MobileNumberTaken,
    check_mobile_number,
)
from services.chatbot.usecases.users.reading import STORED_NUMBER, USER_COLUMNS, ChatbotUser


@dataclass(frozen=True, slots=True)
class CreateUser:
    """A person to register."""

    mobile_number: str
    name: str


@dataclass(frozen=True, slots=True)
class ChangeUser:
    """A new name for the user with this number."""

    mobile_number: str
    name: str | Unset = UNSET


INSERT_USER = f"""
insert into chatbot_users (mobile_number, name, last_interaction)
values (%(mobile_number)s, %(name)s, %(now)s)
returning {USER_COLUMNS}
"""

UPDATE_USER = f"""
update chatbot_users set name = coalesce(%(name)s, name) where mobile_number = {STORED_NUMBER}
returning {USER_COLUMNS}
"""

SELECT_IS_TAKEN = f"select true where exists {STORED_NUMBER}"

DELETE_USER = f"delete from chatbot_users where mobile_number = {STORED_NUMBER}"


async def create_user(command: CreateUser, *, database: Database, clock: Clock) -> ChatbotUser:
    """Register a user. The registration counts as their first interaction.

    Raises `MobileNumberInvalid`, and `MobileNumberTaken` if another user has the number, in any spelling.
    """
    check_mobile_number(command.mobile_number)
    try:
        return await database.fetch_only(ChatbotUser, INSERT_USER, {**asdict(command), "now": clock()})
    except UniqueViolation as violation:
        raise MobileNumberTaken from violation


async def find_refusals(mobile_number: str, *, database: Database) -> list[DomainError]:
    """The refusals of `create_user` for this number."""
    try:
        check_mobile_number(mobile_number)
    except MobileNumberInvalid as refusal:
        return [refusal]
    is_taken = await database.fetch_value(SELECT_IS_TAKEN, {"mobile_number": mobile_number})
    return [MobileNumberTaken()] if is_taken else []


async def change_user(command: ChangeUser, *, database: Database) -> ChatbotUser:
    """Change the user's name if one is given. Raises `ChatbotUserNotFound`."""
    values = {"mobile_number": command.mobile_number, "name": value_or(command.name, None)}
    user = await database.fetch_one(ChatbotUser, UPDATE_USER, values)
    if user is None:
        raise ChatbotUserNotFound
    return user


async def delete_user(mobile_number: str, *, database: Database) -> None:
    """Delete the user and their messages permanently. Raises `ChatbotUserNotFound`."""
    if not await database.execute(DELETE_USER, {"mobile_number": mobile_number}):
        raise ChatbotUserNotFound
