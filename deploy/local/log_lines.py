"""Renders the JSON lines of a log for people: time, process, level, event, fields."""

import json
from typing import Any

from rich.text import Text

from libs.common.commands import visible, visible_lines

NAME_WIDTH = 16
LEVELS = {
    "debug": ("debug", "dim"),
    "info": ("info ", "green"),
    "warning": ("warn ", "yellow"),
    "error": ("ERROR", "bold red"),
    "critical": ("FATAL", "bold red"),
}
COLOURS = ("cyan", "magenta", "blue", "bright_cyan", "bright_magenta", "bright_blue", "bright_green")
IN_FRONT = ("timestamp", "level", "event")
LEFT_OUT = ("service", "traceparent", "logger")
"""The process says the first; JSON=1 shows all."""
REQUEST_ID_LENGTH = 8


def readable(process: str, line: str) -> Text:
    """The line for a terminal: of an exception, the traceback follows. A line of a server stays as it is."""
    name = Text(f"{process:<{NAME_WIDTH}} ", style=COLOURS[sum(process.encode()) % len(COLOURS)])
    fields = _fields(line)
    if fields is None:
        return Text.assemble(" " * 13, name, visible(line))
    level, style = LEVELS.get(str(fields.get("level")), (visible(str(fields.get("level"))), ""))
    shown = Text.assemble(
        (_time(fields), "dim"), " ", name, (level, style), " ", (visible(str(fields.get("event"))), "bold")
    )
    exception = fields.pop("exception", None)
    for key, value in fields.items():
        if key not in IN_FRONT and key not in LEFT_OUT and value is not None:
            shown.append(f" {key}=", style="dim")
            shown.append(_value(key, value))
    if exception:
        shown.append(visible_lines(f"\n{exception}"), style="red")
    return shown


def time_of(line: str) -> str:
    """The time in a line, for sorting; empty if it has none."""
    fields = _fields(line)
    return str(fields.get("timestamp", "")) if fields else ""


def _fields(line: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) and "event" in fields else None


def _time(fields: dict[str, Any]) -> str:
    """The time of day in UTC, with milliseconds."""
    return str(fields.get("timestamp", ""))[11:23].rstrip("Z").ljust(12)


def _value(key: str, value: object) -> str:
    if key == "request_id":
        return visible(str(value))[:REQUEST_ID_LENGTH]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(json.dumps(text, ensure_ascii=False) if not text or " " in text or "\n" in text else text)
