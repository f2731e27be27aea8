"""The device that a request comes from, and the origin that the audit trail records."""

from typing import Annotated

from fastapi import Depends, Request

from libs.common.addresses import canonical
from libs.common.http.callers import OptionalUser
from libs.common.http.header_text import header_of
from services.auth.domain.origins import Origin
from services.auth.domain.sessions import USER_AGENT_LENGTH_MAX, Device


async def device_of(request: Request) -> Device:
    """The device, with the client address that the gateway saw. Missing values are empty."""
    return Device(
        user_agent=header_of(request, "user-agent").replace("\0", "")[:USER_AGENT_LENGTH_MAX],
        ip_address=_address_of(request),
    )


def _address_of(request: Request) -> str:
    """The last entry of X-Forwarded-For, written by the gateway; without one, the peer's address or empty."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    peer = request.client.host if request.client else ""
    return canonical(forwarded) or canonical(peer)


LoginDevice = Annotated[Device, Depends(device_of)]
"""The device of the request, as the gateway saw it."""


async def _origin_of(device: LoginDevice, who: OptionalUser) -> Origin:
    return device.used_by(who.user_id if who else None)


RequestOrigin = Annotated[Origin, Depends(_origin_of)]
"""The origin for the audit trail: the caller, if the request has a token, and the device."""
