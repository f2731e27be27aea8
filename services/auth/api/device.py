"""The device that a request comes from, and the origin that the audit trail records."""

from typing import Annotated

from fastapi import Depends, Request

from libs.common.addresses import canonical
from libs.common.http.callers import OptionalUser
from libs.common.http.header_text import header_of
from services.auth.domain.origins import Origin
from services.auth.domain.sessions import USER_AGENT_LENGTH_MAX, Device


async def device_of(request: Request) -> Device:
    """The device, at the address that the gateway saw; empty where the request does not say."""
    return Device(
        user_agent=header_of(request, "user-agent").replace("\0", "")[:USER_AGENT_LENGTH_MAX],
        ip_address=_address_of(request),
    )


def _address_of(request: Request) -> str:
    """The last entry of X-Forwarded-For, which the gateway wrote; without one, the peer or nothing."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    peer = request.client.host if request.client else ""
    return canonical(forwarded) or canonical(peer)


LoginDevice = Annotated[Device, Depends(device_of)]
"""The device of the request, as the gateway saw it."""


async def _origin_of(device: LoginDevice, who: OptionalUser) -> Origin:
    return device.used_by(who.user_id if who else None)


RequestOrigin = Annotated[Origin, Depends(_origin_of)]
"""For the audit trail: the caller, if a token says who it is, and the device."""
