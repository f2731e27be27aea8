"""`/api/users/me/pin/`: the PIN with which one approves deeds of others (contract §8.5)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Response

from libs.common.errors import DomainError
from libs.common.http.callers import AnyUser
from libs.common.http.described import example, refuses
from libs.common.http.fields import Shape
from libs.common.http.lookups import Given, looks_up
from libs.common.http.replies import reply
from services.auth.api.device import RequestOrigin
from services.auth.api.fields import KnownPassword, Pin
from services.auth.api.pos.door import pos
from services.auth.deps import DepsDep
from services.auth.domain.passwords import WrongCurrentPassword
from services.auth.domain.pins import PinTooEasy, is_easy
from services.auth.usecases.accounts.pins import SetPin
from services.auth.usecases.accounts.pins import set_pin as set_own_pin


@example({"current_password": "secure_password", "pin": "4831"})
class PinIn(Shape):
    """A new PIN and the caller's password."""

    current_password: KnownPassword
    """The password of the caller's account."""
    pin: Annotated[str, Pin()]
    """4 to 8 digits, not one digit repeated and not a run like 1234 or 4321."""


async def _too_easy(given: Given) -> Sequence[DomainError]:
    return [PinTooEasy()] if is_easy(given.get("pin", "")) else []


@pos.put("/users/me/pin/", status_code=204)
@refuses(PinTooEasy(), WrongCurrentPassword())
@looks_up(_too_easy)
async def set_pin(body: PinIn, who: AnyUser, origin: RequestOrigin, deps: DepsDep) -> Response:
    """Set or replace the caller's PIN. Another user who sets their password deletes it.

    The caller's other sessions that a PIN has opened end.
    """
    await set_own_pin(
        SetPin(user_id=who.user_id, session_id=who.session_id, **body.given()),
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        attempts=deps.attempts,
        clock=deps.clock,
    )
    return reply(None, status=204)
