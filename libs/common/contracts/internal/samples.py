"""One committed sample per internal endpoint: a request, its answer, and each refusal by its code.

The tests of both sides use it: the callee's ask as it asks, the callers' let a server answer as it answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from libs.common.contracts.internal.endpoint import Endpoint

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a parsed body."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Sample:
    """A request, as its path and parsed body, and what it may be answered."""

    path: str
    request: Any
    answer: Reply
    refusals: Mapping[str, Reply]


def sample(endpoint: Endpoint) -> Sample:
    """The endpoint's sample."""
    told = orjson.loads((FOLDER / f"{endpoint.name}.json").read_bytes())
    refusals = [_reply(refusal) for refusal in told["refusals"]]
    return Sample(
        path=told["path"],
        request=told["request"],
        answer=_reply(told["answer"]),
        refusals={refusal.body["code"]: refusal for refusal in refusals},
    )


def _reply(told: Mapping[str, Any]) -> Reply:
    return Reply(told["status"], told["body"])
