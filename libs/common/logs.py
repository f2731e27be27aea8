"""Logging of a process: one JSON object per line, for our own code and for libraries alike.

Every line has `timestamp` (UTC), `level`, `event`, `service` and, within a request, `request_id` and
`traceparent`; no other field can replace these. Bodies, tokens and passwords are never logged; a field
with the name of a secret is masked, and so is a phone number in a path.
"""

import contextlib
import functools
import json
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import structlog
from structlog.processors import JSONRenderer, TimeStamper, add_log_level, format_exc_info
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.typing import EventDict, Processor, WrappedLogger

from libs.common.context import request_id, traceparent
from libs.common.log_file import LogFile

MASK = "***"
SECRET = ("password", "token", "secret", "authorization", "cookie", "private_key")
# A part of a path with ten digits or more, in any spelling; ids have fewer, uuids letters.
PHONE_NUMBER = re.compile(r"(?<=/)\+?[ (]?[0-9](?:[ ().-]{0,3}[0-9]){9,19}(?=/|$)", re.ASCII)
# These log every message and call, with URLs that may contain secrets.
CHATTY = ("aio_pika", "aiormq", "asyncio", "httpcore", "httpx")
LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
FIRST_FIELDS: EventDict = dict.fromkeys(
    ("timestamp", "level", "event", "service", "request_id", "traceparent")
)


def configure_logging(
    service: str, level: str = "INFO", *, file: Path | None = None, stream: BinaryIO | None = None
) -> None:
    """Write all log output of this process to stdout, or to a file, as JSON lines.

    Called once, at the start of `main`. With a `file`, stdout and stderr are redirected to it.
    """
    write = LogFile(file).write if file else functools.partial(_write_through, stream or sys.stdout.buffer)
    processors: list[Processor] = [
        add_log_level,
        TimeStamper(fmt="iso", utc=True),
        format_exc_info,
        mask_secrets,
        mask_phone_numbers,
        functools.partial(_sign, service),
        JSONRenderer(serializer=_json, default=str),
        _Writer(write),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _configure_stdlib(level, _Handler(processors))


def mask_secrets(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    """Mask the values of fields with the name of a secret."""
    for name in fields:
        if _is_secret(name):
            fields[name] = MASK
    return fields


def mask_phone_numbers(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    """Mask the phone numbers in `path`: whom a customer's bot talked to is nobody's business here."""
    if isinstance(path := fields.get("path"), str):
        fields["path"] = PHONE_NUMBER.sub(MASK, path)
    return fields


@functools.lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)


def _sign(service: str, _logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    """Put the common fields first. Fields of a line cannot overwrite the service and the request's ids."""
    return {
        **FIRST_FIELDS,
        **fields,
        "service": service,
        "request_id": request_id.get(),
        "traceparent": traceparent.get(),
    }


class _Writer:
    """The last processor, which writes a line in one piece, so that lines of processes never mix."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def __call__(self, _logger: WrappedLogger, _method: str, line: Any) -> str:
        # A log without a reader (closed pipe) must not stop the process.
        with contextlib.suppress(OSError, ValueError):
            self._write(line)
        return ""


class _Handler(logging.Handler):
    """Writes the standard library's log records as lines like our own."""

    def __init__(self, processors: list[Processor]) -> None:
        super().__init__()
        self.setFormatter(
            ProcessorFormatter(
                foreign_pre_chain=[add_logger_name, ProcessorFormatter.remove_processors_meta],
                processors=processors,
            )
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, by formatting it: the last processor writes."""
        self.format(record)


def _configure_stdlib(level: str, handler: logging.Handler) -> None:
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _write_through(stream: BinaryIO, line: bytes) -> None:
    stream.write(line)
    stream.flush()


def _json(line: EventDict, default: Callable[[Any], Any]) -> bytes:
    try:
        return orjson.dumps(line, default=default, option=LINE)
    except orjson.JSONEncodeError:  # lone surrogates and huge numbers: the standard library can write them
        return json.dumps(line, default=default).encode() + b"\n"
