"""The drawer of a payment or a refund: that of the register in the body, or of the caller's shift."""

from libs.common.auth.principal import Principal
from libs.common.errors import DomainError
from libs.common.http.lookups import Given
from services.sales.deps import Deps
from services.sales.usecases.shifts.choosing import Till, find_no_drawer


def till_of(who: Principal, register_id: int | None, deps: Deps) -> Till:
    """The caller, who takes or gives money, and the register that they name."""
    return Till(who.user_id, register_id, needs_shift=deps.settings.require_open_shift)


async def no_drawer(given: Given, who: Principal, deps: Deps) -> list[DomainError]:
    """Look up the register of a payment or a refund."""
    if given.get("register_id") is None:
        return []
    return await find_no_drawer(till_of(who, given["register_id"], deps), database=deps.database)
