"""What does chatbot answer at /api/chatbotusers/? ADMIN and OWNER only (contract §7)."""

from typing import Annotated

from fastapi import Depends, Path, Request, Response
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import TimeText, example, refuses
from libs.common.http.fields import Shape, Text
from libs.common.http.lists import list_query, reply_list
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply
from services.chatbot.deps import DepsDep
from services.chatbot.domain.chatbotusers import (
    CHANNEL_LENGTH_MAX,
    MOBILE_NUMBER_LENGTH_MAX,
    NAME_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    MobileNumberInvalid,
    MobileNumberTaken,
)
from services.chatbot.usecases.chatbotusers import (
    ORDERINGS,
    ChatbotUser,
    Interaction,
    create_user,
    delete_user,
    get_user,
    list_users,
    record_interaction,
    update_user,
)

pos = PosDoor("Who writes to the chatbot")

UsersQuery = Annotated[ListQuery, Depends(list_query(ordering=tuple(ORDERINGS), search=True))]
MobileNumber = Annotated[str, Text(max_length=MOBILE_NUMBER_LENGTH_MAX)]
NumberInPath = Annotated[MobileNumber, Path()]
Name = Annotated[str, Text(max_length=NAME_LENGTH_MAX)]


@example({"mobile_number": "+525512345678", "name": "Luis"})
class UserIn(Shape):
    """Somebody to register."""

    mobile_number: MobileNumber
    name: Name


@example({"name": "Luis Gómez"})
class UserChange(Shape):
    """What may be changed: the number is the user's key, and `last_interaction` follows what they do."""

    name: Name = ""  # may be left out, but not be blank


@example({"channel": "telegram", "text": "¿Tienen croquetas?"})
class InteractionIn(Shape):
    """What the user wrote, and where."""

    channel: Annotated[str, Text(max_length=CHANNEL_LENGTH_MAX)]
    text: Annotated[str, Text(max_length=TEXT_LENGTH_MAX)]


@example({"mobile_number": "+525512345678", "name": "Luis", "last_interaction": "2023-10-27T10:00:00Z"})
class UserOut(TypedDict):
    """A chatbot user; the time is UTC."""

    mobile_number: str
    name: str
    last_interaction: TimeText


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
    channel: str
    text: str
    created_at: TimeText


def user_out(user: ChatbotUser) -> UserOut:
    """A user as POS shows one."""
    return UserOut(
        mobile_number=user.mobile_number, name=user.name, last_interaction=iso_utc(user.last_interaction)
    )


def interaction_out(interaction: Interaction) -> InteractionOut:
    """A message as POS shows one."""
    return InteractionOut(
        id=interaction.id,
        mobile_number=interaction.mobile_number,
        channel=interaction.channel,
        text=interaction.text,
        created_at=iso_utc(interaction.created_at),
    )


@pos.get("/chatbotusers/", response_model=list[UserOut])
async def chatbot_users(request: Request, who: AdminOrOwner, query: UsersQuery, deps: DepsDep) -> Response:
    """All users, who wrote last first; `search` looks in number and name."""
    users, total = await list_users(query, database=deps.database)
    return reply_list(request, [user_out(user) for user in users], total, query)


@pos.post("/chatbotusers/", status_code=201, response_model=UserOut)
@refuses(MobileNumberTaken(), MobileNumberInvalid())
async def register(body: UserIn, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Register a user; a number that is taken is refused."""
    user = await create_user(body.mobile_number, body.name, database=deps.database, clock=deps.clock)
    return reply(user_out(user), 201)


@pos.get("/chatbotusers/{mobile_number}/", response_model=UserOut)
async def chatbot_user(mobile_number: NumberInPath, who: AdminOrOwner, deps: DepsDep) -> Response:
    """One user; the `+` in the path is literal or `%2B`."""
    return reply(user_out(await get_user(mobile_number, database=deps.database)))


@pos.put("/chatbotusers/{mobile_number}/", response_model=UserOut)
@pos.patch("/chatbotusers/{mobile_number}/", response_model=UserOut)
async def change(mobile_number: NumberInPath, body: UserChange, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Change the fields that the body holds, by PUT as by PATCH."""
    user = await update_user(mobile_number, name=body.given().get("name"), database=deps.database)
    return reply(user_out(user))


@pos.delete("/chatbotusers/{mobile_number}/", status_code=204)
async def forget(mobile_number: NumberInPath, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Delete a user and all that they wrote, for good: the number is free again."""
    await delete_user(mobile_number, database=deps.database)
    return reply(None, 204)


@pos.post("/chatbotusers/{mobile_number}/interactions/", status_code=201, response_model=InteractionOut)
async def interact(
    mobile_number: NumberInPath, body: InteractionIn, who: AdminOrOwner, deps: DepsDep
) -> Response:
    """Store what a user wrote; registers nobody, so an unknown number is 404."""
    interaction = await record_interaction(
        mobile_number, body.channel, body.text, database=deps.database, clock=deps.clock
    )
    return reply(interaction_out(interaction), 201)
