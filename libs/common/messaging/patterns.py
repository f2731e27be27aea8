"""Patterns of event types, as a topic exchange binds them: `sales.order_paid.v1`, `sales.*.v1`, `sales.#`.

Between dots stands a word, `*` for any one word, or `#` for any number of words, also none.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

LENGTH_MAX = 255
WORD = r"(?:[a-z0-9_]+|\*|#)"
PATTERN = re.compile(rf"{WORD}(?:\.{WORD})*")
NO_TYPE = "^$"


def is_pattern(text: str) -> bool:
    """Whether a queue can be bound to this."""
    return len(text) <= LENGTH_MAX and PATTERN.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def matches(event_type: str, pattern: str) -> bool:
    """Whether a topic exchange would route the type to a queue bound with the pattern.

    `*` stands for one word, `#` for any number of words; words are separated by dots.
    """
    return _matches(event_type.split("."), pattern.split("."))


def _matches(words: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not words
    first, *rest = pattern
    if first == "#":
        return any(_matches(words[taken:], rest) for taken in range(len(words) + 1))
    return bool(words) and first in ("*", words[0]) and _matches(words[1:], rest)


def only(patterns: Iterable[str]) -> str:
    """The regular expression of what is in one of the patterns, for the broker's topic permissions.

    The broker compares it with the routing key of a binding, which may be a pattern itself.
    """
    return "|".join(f"^{_within(pattern)}$" for pattern in patterns) or NO_TYPE


def _within(pattern: str) -> str:
    """The types and narrower patterns of a pattern: only `#` has room for another `#`."""
    first, *others = pattern.split(".")
    if first != "#":
        return _word(first) + "".join(map(_next, others))
    if set(others) <= {"#"}:
        return r"[^.]+(\.[^.]+)*"
    return r"([^.]+\.)*" + _within(".".join(others))


def _next(word: str) -> str:
    return r"(\.[^.]+)*" if word == "#" else rf"\.{_word(word)}"


def _word(word: str) -> str:
    return "[^.#]+" if word == "*" else re.escape(word)
