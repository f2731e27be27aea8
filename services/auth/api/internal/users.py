"""The names of users, for sales."""

from fastapi import Response

from libs.common.contracts.internal.auth import UserAnswer
from libs.common.http.callers import called_by
from libs.common.http.fields import PathId
from libs.common.http.replies import reply
from services.auth.api.internal.door import internal
from services.auth.deps import DepsDep
from services.auth.usecases.accounts.naming import find_named_user


@internal.get("/users/{user_id}", response_model=UserAnswer, dependencies=[called_by("sales")])
async def get_user(user_id: PathId, deps: DepsDep) -> Response:
    """Read the user's name; also of a deleted user, who is not active."""
    user = await find_named_user(user_id, database=deps.database)
    answer: UserAnswer = {
        "user_id": user.id,
        "username": user.username,
        "is_active": user.is_active,
        "is_supervisor": user.is_supervisor,
    }
    return reply(answer)
