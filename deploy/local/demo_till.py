"""A till that checks what the gateway answers, for `make demo`."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.console import Console

VISIBLE_WITHIN_SECONDS = 30.0
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FOLIO = re.compile(r"[0-9A-F]{8}")
MONEY = re.compile(r"\d+\.\d\d")

Expected = Mapping[str, Any]


@dataclass
class Till:
    """Sends requests to the gateway, checks their answers, and tells each step of the day in one line.

    `verbose`: the requests and their answers are printed too.
    """

    client: httpx.Client
    console: Console
    verbose: bool = False
    differences: list[str] = field(default_factory=list)
    token: str = ""
    _told: int = 0

    def tell(self, step: str) -> None:
        """Print that a step is done, and whether an answer of it differed from the contract."""
        is_right = len(self.differences) == self._told
        self._told = len(self.differences)
        self.console.print("✓" if is_right else "✗", end=" ", style="green" if is_right else "bold red")
        self.console.print(step, soft_wrap=True, markup=False)

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        status: int,
        answers: Expected | None = None,
        key: str | None = None,
    ) -> Any:
        """Send, print and check one request; returns the answer's JSON."""
        answer = self._send(method, path, body, key)
        self._print(answer, body)
        if answer.status_code != status:
            self._differs(answer, f"status is {answer.status_code}, not {status}")
        parsed = answer.json() if answer.content else None
        for difference in differences(parsed, answers or {}):
            self._differs(answer, difference)
        return parsed

    def eventually(self, path: str, seen: Callable[[Any], bool]) -> Any:
        """Repeat a request until `seen` accepts its answer or a deadline; prints and returns the last one."""
        deadline = time.monotonic() + VISIBLE_WITHIN_SECONDS
        started = time.monotonic()
        while True:
            answer = self._send("GET", path, None, None)
            if answer.is_success and seen(answer.json()):
                break
            if time.monotonic() > deadline:
                self._differs(answer, f"not seen within {VISIBLE_WITHIN_SECONDS:.0f} s")
                break
            time.sleep(0.02)
        self._print(answer, None)
        if self.verbose:
            self.console.print(f"  seen after {(time.monotonic() - started) * 1000:.0f} ms", style="dim")
        return answer.json()

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str | None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.request(method, path, json=body, headers=headers)

    def _print(self, answer: httpx.Response, body: Mapping[str, Any] | None) -> None:
        if not self.verbose:
            return
        request = answer.request
        self.console.print(f"\n{request.method} {request.url.raw_path.decode()}", style="bold", markup=False)
        if body is not None:
            self._print_json("→", body)
        replayed = " (replayed)" if answer.headers.get("Idempotent-Replayed") else ""
        self._print_json(f"{answer.status_code}{replayed}", answer.json() if answer.content else None)

    def _print_json(self, before: str, content: object) -> None:
        text = json.dumps(_without_secrets(content), ensure_ascii=False)
        self.console.print(f"  {before} {text}", soft_wrap=True, markup=False)

    def _differs(self, answer: httpx.Response, why: str) -> None:
        self.differences.append(f"{answer.request.method} {answer.request.url.path}: {why}")
        self.console.print(f"  differs from the contract: {why}", style="bold red", markup=False)


def differences(answer: object, expected: Expected) -> list[str]:
    """The differences of `answer` from a value, a type, a pattern, or a nested mapping of these."""
    if not isinstance(answer, Mapping):
        return [f"the answer is no object: {answer!r}"] if expected else []
    found = []
    for name, wanted in expected.items():
        if name not in answer:
            found.append(f"{name} is missing")
        elif isinstance(wanted, Mapping):
            found += [f"{name}.{inner}" for inner in differences(answer[name], wanted)]
        elif not _matches(answer[name], wanted):
            found.append(f"{name} is {answer[name]!r}, not {_described(wanted)}")
    return found


def _matches(value: object, wanted: object) -> bool:
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.fullmatch(value) is not None
    if isinstance(wanted, type):
        return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
    return value == wanted and type(value) is type(wanted)


def _described(wanted: object) -> str:
    if isinstance(wanted, re.Pattern):
        return f"like {wanted.pattern}"
    return wanted.__name__ if isinstance(wanted, type) else repr(wanted)


def _without_secrets(value: Any) -> Any:
    """JSON with passwords and tokens shortened, so that the output can be shared."""
    if isinstance(value, Mapping):
        return {
            name: f"{str(inner)[:6]}…" if name in {"password", "refresh", "access", "token"} else inner
            for name, inner in value.items()
        }
    return value
