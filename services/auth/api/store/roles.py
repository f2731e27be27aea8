"""`/auth/users/{id}/roles`: admins grant and remove `user` and `admin` (STORE 6-8)."""

from fastapi import Response

from libs.common.errors import Forbidden
from libs.common.http.callers import StoreAdmin
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.replies import reply
from services.auth.api.device import RequestOrigin
from services.auth.api.store.door import store
from services.auth.api.store.shapes import RoleIn, RolesAnswer, RolesOut, roles_out
from services.auth.deps import DepsDep
from services.auth.domain.rights import LastRole, RoleHeldAlready, RoleNotHeld
from services.auth.usecases.accounts import roles
from services.auth.usecases.accounts.reading import find_account


@store.get("/auth/users/{user_id}/roles", response_model=RolesOut)
async def list_roles(user_id: PathId, who: StoreAdmin, deps: DepsDep) -> Response:
    """List the roles of a user, staff roles included."""
    return reply(roles_out(await find_account(user_id, database=deps.database)))


@store.post("/auth/users/{user_id}/roles", response_model=RolesAnswer)
@refuses(RoleHeldAlready("admin"), Forbidden("owner"))
async def assign_role(
    user_id: PathId, body: RoleIn, who: StoreAdmin, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """Grant a role to a user. One held already is refused (409). Only an OWNER may change an OWNER (403)."""
    account = await roles.assign_role(
        user_id, body.role, origin=origin, database=deps.database, clock=deps.clock
    )
    return reply({"message": f"Role '{body.role}' assigned successfully", **roles_out(account)})


@store.delete("/auth/users/{user_id}/roles", response_model=RolesAnswer)
@refuses(LastRole(), RoleNotHeld(), Forbidden("owner"))
async def remove_role(
    user_id: PathId, body: RoleIn, who: StoreAdmin, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """Take a role from a user and end their sessions. One not held: 404, the last one: 400."""
    account = await roles.remove_role(
        user_id, body.role, origin=origin, database=deps.database, clock=deps.clock
    )
    return reply({"message": f"Role '{body.role}' removed successfully", **roles_out(account)})
