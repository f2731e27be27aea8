"""Requests of one person to the shop; whatever is refused ends the sample with the answer's words."""

from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID, uuid5

import httpx

from libs.common.commands import CommandFailed

NAMESPACE = UUID("5d0f1f0c-6d0d-4a43-9d52-6d7573747261")
TIMEOUT_SECONDS = 60
TRIES = 5
BUSY = (503, 504)

Json = dict[str, Any]


class Office:
    """The gateway, or one service, used by one person. A POST has a key that the same deed always has."""

    def __init__(self, url: str, seed: int) -> None:
        self.seed = seed
        self._url = url
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def log_in(self, email: str, password: str) -> Self:
        """Go on as this person."""
        answer = self._client.post("/api/auth/login/", json={"email": email, "password": password})
        self._client.headers["Authorization"] = f"Bearer {self._done(answer)['access']}"
        return self

    def at(self, url: str) -> "Office":
        """The same person at another address."""
        other = Office(url, self.seed)
        other._client.headers["Authorization"] = self._client.headers["Authorization"]
        return other

    def colleague(self, email: str, password: str) -> "Office":
        """The gateway, used by somebody else at the same sample."""
        return Office(self._url, self.seed).log_in(email, password)

    def id_of(self, deed: str) -> UUID:
        """The id of a deed of this sample: always the same."""
        return uuid5(NAMESPACE, f"{self.seed} {deed}")

    def get(self, path: str) -> Any:
        """Read."""
        return self._done(self._client.get(path))

    def post(self, path: str, body: Mapping[str, Any], *, deed: str | None = None) -> Any:
        """Send, as this deed if it is named; again while the shop is busy, which changes nothing twice."""
        headers = {"Idempotency-Key": str(self.id_of(deed))} if deed else {}
        for _ in range(TRIES - 1):
            answer = self._client.post(path, json=body, headers=headers)
            if answer.status_code not in BUSY:
                return self._done(answer)
        return self._done(self._client.post(path, json=body, headers=headers))

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change."""
        return self._done(self._client.patch(path, json=body))

    def send_file(self, path: str, content: str) -> Any:
        """Send a CSV file."""
        return self._done(
            self._client.post(path, content=content.encode(), headers={"Content-Type": "text/csv"})
        )

    def find_or_make(self, path: str, member: str, body: Mapping[str, Any]) -> Json:
        """The one of a list with the same member, made if there is none."""
        found: Sequence[Json] = self.get(path)
        for each in found:
            if each[member] == body[member]:
                return each
        made: Json = self.post(path, body)
        return made

    @staticmethod
    def _done(answer: httpx.Response) -> Any:
        if not answer.is_success:
            asked = f"{answer.request.method} {answer.request.url.path}"
            raise CommandFailed(f"the shop refuses {asked}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None
