"""What does chatbot work with? Everything with a connection or a clock is built here."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from libs.common.auth.tokens import TokenVerifier
from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.clock import Clock, system_clock
from libs.common.db.database import Database
from libs.common.process.app import current_deps
from libs.common.process.parts import build_database, build_verifier
from services.chatbot.settings import ChatbotSettings


@dataclass(frozen=True, slots=True)
class Deps:
    """The parts of the process, opened before its first request and closed after its last."""

    clock: Clock
    database: Database
    session: HttpSession
    keys: RemoteKeys
    verifier: TokenVerifier

    async def open(self) -> None:
        """Start connecting; waits for nobody."""
        await self.database.open()

    async def close(self) -> None:
        """Give every connection back."""
        await self.session.close()
        await self.database.close()


DepsDep = Annotated[Deps, Depends(current_deps)]


def build_deps(settings: ChatbotSettings, *, clock: Clock = system_clock) -> Deps:
    """The real parts; nothing is connected yet."""
    session = HttpSession()
    keys = RemoteKeys(settings.jwks_url, session)
    return Deps(
        clock=clock,
        database=build_database(settings, "chatbot"),
        session=session,
        keys=keys,
        verifier=build_verifier(settings, keys, clock),
    )
