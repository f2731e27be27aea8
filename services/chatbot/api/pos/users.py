"""`/api/chatbotusers/`, for ADMIN and OWNER (contract §7)."""

from typing import Annotated

from fastapi import Depends, Path, Request, Response
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import TimeText, example, refuses
from libs.common.http.fields import PhoneNumber, Shape, Text
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.replies import reply
from libs.common.unset import UNSET, Unset
from services.chatbot.api.pos.door import pos
from services.chatbot.deps import Deps, DepsDep
from services.chatbot.domain.users import (
    MOBILE_NUMBER_LENGTH_MAX,
    NAME_LENGTH_MAX,
    MobileNumberInvalid,
    MobileNumberTaken,
)
from services.chatbot.usecases.users import changing, reading
from services.chatbot.usecases.users.changing import ChangeUser, CreateUser
from services.chatbot.usecases.users.reading import SORTABLE, ChatbotUser

UsersQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]
MOBILE_NUMBER = PhoneNumber(max_length=MOBILE_NUMBER_LENGTH_MAX)
NAME = Text(max_length=NAME_LENGTH_MAX)
NumberInPath = Annotated[str, MOBILE_NUMBER, Path(description="The number, in any spelling.")]


@example({"mobile_number": "+525512345678", "name": "Luis"})
class UserIn(Shape):
    """A user to register."""

    mobile_number: Annotated[str, MOBILE_NUMBER]
    """It identifies the user. Blanks, dashes, brackets and a leading `+52` make no other number."""
    name: Annotated[str, NAME]


@example({"name": "Luis Gómez"})
class UserChange(Shape):
    """The fields to change. The number is the user's key; `last_interaction` is set by their messages."""

    name: Annotated[str | Unset, NAME] = UNSET


@example({"mobile_number": "+525512345678", "name": "Luis", "last_interaction": "2023-10-27T10:00:00Z"})
class UserOut(TypedDict):
    """A chatbot user; the time is UTC."""

    mobile_number: str
    """It identifies the user."""
    name: str
    last_interaction: TimeText
    """When the user last wrote or was registered, UTC."""


async def _refused_number(given: Given, deps: Deps) -> list[DomainError]:
    if "mobile_number" not in given:
        return []
    return await changing.find_refusals(given["mobile_number"], database=deps.database)


@pos.get("/chatbotusers/", response_model=list[UserOut])
async def list_chatbot_users(
    request: Request, who: AdminOrOwner, query: UsersQuery, deps: DepsDep
) -> Response:
    """List the chatbot users, the latest interaction first. `search` looks in number (by digits) and name."""
    page = await reading.list_users(query, database=deps.database)
    return reply_list(request, [_user_out(user) for user in page.items], page, query)


@pos.post("/chatbotusers/", status_code=201, response_model=UserOut)
@refuses(MobileNumberTaken(), MobileNumberInvalid())
@looks_up(_refused_number)
async def create_chatbot_user(body: UserIn, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Register a chatbot user. A taken number is refused."""
    user = await changing.create_user(body.into(CreateUser), database=deps.database, clock=deps.clock)
    return reply(_user_out(user), 201)


@pos.get("/chatbotusers/{mobile_number}/", response_model=UserOut)
async def find_chatbot_user(mobile_number: NumberInPath, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Read a chatbot user. The `+` in the path is literal or `%2B`."""
    user = await reading.find_user(mobile_number, database=deps.database)
    return reply(_user_out(user))


@pos.put("/chatbotusers/{mobile_number}/", response_model=UserOut, operation_id="replace_chatbot_user")
@pos.patch("/chatbotusers/{mobile_number}/", response_model=UserOut)
async def change_chatbot_user(
    mobile_number: NumberInPath, body: UserChange, who: AdminOrOwner, deps: DepsDep
) -> Response:
    """Change a chatbot user, the fields in the body. PUT and PATCH do the same."""
    command = body.into(ChangeUser, mobile_number=mobile_number)
    user = await changing.change_user(command, database=deps.database)
    return reply(_user_out(user))


@pos.delete("/chatbotusers/{mobile_number}/", status_code=204)
async def delete_chatbot_user(mobile_number: NumberInPath, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Delete a chatbot user and their messages. The number becomes free again."""
    await changing.delete_user(mobile_number, database=deps.database)
    return reply(None, 204)


def _user_out(user: ChatbotUser) -> UserOut:
    return {
        "mobile_number": user.mobile_number,
        "name": user.name,
        "last_interaction": iso_utc(user.last_interaction),
    }
