"""Which sessions ended before their time? What auth publishes is heard, what could be missed is asked for.

A gateway binds a queue of its own first and asks auth for the list then, so that nothing falls between the
two; again after each reconnect. Whatever the broker does, auth is asked now and again; while there is no
broker, twice a second.
"""

import asyncio
import secrets
from contextlib import suppress
from datetime import datetime

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic import AwareDatetime, BaseModel, ValidationError

from gateway.revoked import RevokedSessions
from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.clock import Clock, iso_utc
from libs.common.contracts.auth import SessionRevoked
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.envelope import UnreadableEvent, read_events
from libs.common.messaging.outage import Outage

ASK_SECONDS = 5.0
ASK_WHILE_DEAF_SECONDS = 0.5
ANSWER_SECONDS = 1.0
PAGE_SIZE = 10_000
BATCH_MAX = 200
MODELS = {SessionRevoked.event_type: SessionRevoked}

log = structlog.get_logger(__name__)


class _Revoked(BaseModel):
    session_id: str
    expires_at: AwareDatetime


class _Page(BaseModel):
    revoked: list[_Revoked]
    last: int | None


class Revocations:
    """The sessions whose tokens are refused, until those would have expired anyway.

    Give `hear` and `ask` to `build_app(tasks=…)`.
    """

    def __init__(self, broker: Broker, auth: ServiceClient, *, clock: Clock) -> None:
        self._broker = broker
        self._auth = auth
        self._clock = clock
        self._revoked = RevokedSessions()
        self._hearing = False
        self._doubt = asyncio.Event()  # set when something may have been missed: then auth is asked at once
        self._is_whole = False  # nothing was missed that auth has not told since
        self._last_id = 0
        self._complete_at: datetime | None = None
        self._auth_answers = False

    def is_revoked(self, session_id: str) -> bool:
        """Whether tokens of this session are to be refused."""
        return session_id in self._revoked

    async def known(self) -> None:
        """Readiness check: raises `Unavailable` until auth has told the whole list once."""
        if self._complete_at is None:
            raise Unavailable("auth")

    def trouble(self) -> str | None:
        """What keeps this from hearing of a revocation at once, or None."""
        if self._hearing and self._is_whole:
            return None
        if self._is_whole and self._auth_answers:
            return "the broker does not answer; auth is asked instead"
        if self._complete_at is None:
            return "auth has not told its list yet"
        return f"neither heard nor asked for since {iso_utc(self._complete_at)}: auth does not answer"

    async def hear(self) -> None:
        """Listen to auth's events for ever; each process with a queue of its own, which goes with it."""
        outage = Outage("revocations")
        while True:
            try:
                async with self._broker.channel(prefetch=BATCH_MAX) as channel:
                    await self._hear_on(channel, outage)
            except Unavailable as error:
                await outage.pause(error)

    async def ask(self) -> None:
        """Ask auth for what is new, for ever."""
        while True:
            self._doubt.clear()
            self._auth_answers = await self._is_told()
            if self._auth_answers and not self._doubt.is_set():
                self._is_whole = True
            is_well = self._hearing and self._is_whole
            with suppress(TimeoutError):
                async with asyncio.timeout(ASK_SECONDS if is_well else ASK_WHILE_DEAF_SECONDS):
                    await self._doubt.wait()

    async def _hear_on(self, channel: AbstractChannel, outage: Outage) -> None:
        topology = self._broker.topology
        queue = await channel.declare_queue(
            f"{topology.queue('gateway')}.{secrets.token_hex(8)}", exclusive=True, auto_delete=True
        )
        await queue.bind(topology.exchange, routing_key=SessionRevoked.event_type)
        async with deliveries_of(queue) as deliveries:
            outage.over()
            self._hearing = True
            self._missed_something()
            try:
                while True:
                    messages = await deliveries.batch(BATCH_MAX)
                    for message in messages:
                        self._take_in(message)
                    await messages[-1].ack(multiple=True)
            finally:
                self._hearing = False
                self._missed_something()

    def _missed_something(self) -> None:
        self._is_whole = False
        self._doubt.set()

    def _take_in(self, message: AbstractIncomingMessage) -> None:
        for carried in read_events(message.body, message.content_type, MODELS):
            if isinstance(carried.content, UnreadableEvent):
                log.error("revocation_unreadable", message_id=message.message_id, error=str(carried.content))
                self._missed_something()  # auth will say it in words that can be read
                continue
            event = carried.content.event
            assert isinstance(event, SessionRevoked)
            self._revoked.add(event.session_id, event.expires_at)

    async def _is_told(self) -> bool:
        try:
            await self._ask_for_news()
        except Unavailable as error:
            if self._auth_answers:
                log.warning("revoked_sessions_not_told", error=repr(error.__cause__))
            return False
        return True

    async def _ask_for_news(self) -> None:
        asked_at, page_is_full = self._clock(), True
        while page_is_full:
            page = await self._page_after_last()
            for revoked in page.revoked:
                self._revoked.add(revoked.session_id, revoked.expires_at)
            self._last_id = page.last or self._last_id
            page_is_full = len(page.revoked) >= PAGE_SIZE
        self._complete_at = asked_at
        self._revoked.forget_ended(asked_at)

    async def _page_after_last(self) -> _Page:
        path = f"/internal/revoked-sessions?after={self._last_id}&limit={PAGE_SIZE}"
        try:
            answer = await self._auth.get(path, timeout_seconds=ANSWER_SECONDS)
            return _Page.model_validate(answer)
        except (RemoteRefusal, ValidationError) as error:
            raise Unavailable("auth") from error
