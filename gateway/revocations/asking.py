"""Polls auth for sessions revoked since the last poll."""

from collections.abc import AsyncIterator

import structlog
from pydantic import TypeAdapter, ValidationError

from gateway.revocations.state import Revocations
from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.clock import Clock
from libs.common.contracts.internal.auth import (
    REVOKED_SESSIONS_MAX,
    RevokedSession,
    RevokedSessionsAnswer,
    revoked_sessions_path,
)
from libs.common.errors import Unavailable

ASK_SECONDS = 5.0
ASK_WHILE_NOT_CURRENT_SECONDS = 0.5
ANSWER_SECONDS = 1.0
PAGE_SIZE = REVOKED_SESSIONS_MAX
PAGE = TypeAdapter(RevokedSessionsAnswer)

log = structlog.get_logger(__name__)


async def ask(auth: ServiceClient, revocations: Revocations, clock: Clock) -> None:
    """Poll auth and add its sessions, forever: every 5 s, and twice a second while the list is not current.

    It polls at once if an event may have been missed.
    """
    answers = _Answers(auth)
    while True:
        revocations.begin_asking()
        asked_at = clock()
        try:
            async for revoked in answers.since_last():
                revocations.add(revoked["session_id"], revoked["expires_at"])
        except Unavailable as error:
            if revocations.not_told():
                log.warning("revoked_sessions_not_told", error=repr(error.__cause__))
        else:
            revocations.told(asked_at)
        await revocations.event_missed(
            ASK_SECONDS if revocations.is_current else ASK_WHILE_NOT_CURRENT_SECONDS
        )


class _Answers:
    """The pages of auth's list, which numbers revocations in the order of their commits (ADR 0021)."""

    def __init__(self, auth: ServiceClient) -> None:
        self._auth = auth
        self._last_id = 0

    async def since_last(self) -> AsyncIterator[RevokedSession]:
        """The revocations after the last known one. Raises `Unavailable`."""
        page_is_full = True
        while page_is_full:
            page = await self._page()
            for revoked in page["revoked"]:
                yield revoked
            self._last_id = page["last"] or self._last_id
            page_is_full = len(page["revoked"]) >= PAGE_SIZE

    async def _page(self) -> RevokedSessionsAnswer:
        path = revoked_sessions_path(after=self._last_id, limit=PAGE_SIZE)
        try:
            return PAGE.validate_python(await self._auth.get(path, timeout_seconds=ANSWER_SECONDS))
        except (RemoteRefusal, ValidationError) as error:
            raise Unavailable("auth") from error
