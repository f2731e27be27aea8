"""A crowd of clients that all ask at the same time, each on a connection of its own."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.e2e.shop import REQUEST_TIMEOUT_SECONDS

Question = tuple[str, str, Any]
"""Method, URL and JSON body."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one of the crowd was answered."""

    status: int
    body: Any
    retry_after: int
    """0 if the answer does not say."""
    seconds: float


def ask_at_once(questions: Sequence[Question], token: str) -> list[Told]:
    """Send all and return the answers, in order. An answer that does not come in time fails."""
    return asyncio.run(_ask_all(questions, token))


async def _ask_all(questions: Sequence[Question], token: str) -> list[Told]:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        headers={"Authorization": f"Bearer {token}"},
        timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_SECONDS),
    ) as session:
        return await asyncio.gather(*(_ask(session, question) for question in questions))


async def _ask(session: aiohttp.ClientSession, question: Question) -> Told:
    method, url, body = question
    begun = time.perf_counter()
    async with session.request(method, url, json=body) as answer:
        told = await answer.json()
        seconds = time.perf_counter() - begun
        return Told(answer.status, told, int(answer.headers.get("Retry-After", 0)), seconds)
