"""What does a process say? One JSON object per line, the same for our own code and for libraries.

Every line has `timestamp` (UTC), `level`, `event`, `service`, and in a request `request_id`, `traceparent`.
Bodies, tokens and passwords are never logged; a member that is named like one is masked.
"""

import contextlib
import functools
import json
import logging
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import orjson
import structlog

from libs.common.clock import system_clock
from libs.common.context import request_id, traceparent
from libs.common.log_file import LogFile

MASK = "***"
SECRET = ("password", "token", "secret", "authorization", "cookie", "private_key")
# They tell of every message and call, with addresses that may hold what is not to be logged.
CHATTY = ("aio_pika", "aiormq", "asyncio", "httpcore", "httpx")
CALL_POSITIONS = 3

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class JsonLines:
    """Where lines go: one unbuffered write each, so that processes never mix theirs."""

    def __init__(self, service: str, write: Callable[[bytes], object]) -> None:
        self.service = service
        self._write = write

    def write(self, level: str, event: str, members: MutableMapping[str, Any]) -> None:
        """One line; members that JSON does not know are written as text."""
        line = {
            "timestamp": system_clock().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": level,
            "event": event,
            "service": self.service,
            "request_id": request_id.get(),
            "traceparent": traceparent.get(),
            **members,
        }
        data = _json(line)
        # A log that nobody reads any more (closed pipe) must not stop the work it tells of.
        with contextlib.suppress(OSError, ValueError):
            self._write(data)


def configure_logging(
    service: str, level: str = "INFO", *, file: Path | None = None, stream: BinaryIO | None = None
) -> JsonLines:
    """Send everything that this process logs to stdout, or to a file, as JSON lines.

    Called once, first thing in `main`. With a `file`, stdout and stderr are that file from now on.
    """
    lines = JsonLines(service, LogFile(file).write if file else functools.partial(_write_through, stream))
    _configure_structlog(lines, level)
    _configure_stdlib(lines, level)
    return lines


def _write_through(stream: BinaryIO | None, data: bytes) -> None:
    out = stream or sys.stdout.buffer
    out.write(data)
    out.flush()


def masked(members: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The members with the values of those hidden that are named like a secret."""
    for name in members:
        if _is_secret(name):
            members[name] = MASK
    return members


@functools.lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)


def _configure_structlog(lines: JsonLines, level: str) -> None:
    structlog.configure(
        processors=[_Writer(lines)],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _Writer:
    """structlog's last processor: writes the line itself, so there is nothing left for a logger to print."""

    def __init__(self, lines: JsonLines) -> None:
        self._lines = lines

    def __call__(self, logger: object, method: str, members: MutableMapping[str, Any]) -> str:
        event = str(members.pop("event", ""))
        level = "error" if method == "exception" else method
        exc_info = _exc_info(members.pop("exc_info", None))
        if exc_info is not None:
            members["exception"] = "".join(traceback.format_exception(*exc_info))
        self._lines.write(level, event, masked(members))
        return event


class _Handler(logging.Handler):
    """What libraries log through the standard library."""

    def __init__(self, lines: JsonLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        members: dict[str, Any] = {"logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            members["exception"] = "".join(traceback.format_exception(*record.exc_info))
        self._lines.write(record.levelname.lower(), record.getMessage(), members)


def _configure_stdlib(lines: JsonLines, level: str) -> None:
    root = logging.getLogger()
    root.handlers = [_Handler(lines)]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


def _json(line: Mapping[str, Any]) -> bytes:
    try:
        options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
        return orjson.dumps(line, default=str, option=options)
    except orjson.JSONEncodeError:  # half characters, huge numbers: the standard library writes them
        return json.dumps(line, default=str).encode() + b"\n"


def _exc_info(value: object) -> ExcInfo | None:
    if isinstance(value, BaseException):
        return type(value), value, value.__traceback__
    if isinstance(value, tuple) and len(value) == CALL_POSITIONS and value[1] is not None:
        return value
    if value:
        kind, error, trace = sys.exc_info()
        return (kind, error, trace) if kind is not None and error is not None else None
    return None
