"""Lays texts out in columns as wide as the paper; no line is ever wider.

A letter takes as many columns as a terminal gives it: two for wide ones, none for accents that stand by
themselves.
"""

from wcwidth import center, rjust, wcswidth, wrap


def lines_of(text: str, columns: int) -> list[str]:
    """The text in lines that fit, broken between words where possible; empty lines are left out."""
    return [line for paragraph in text.splitlines() if paragraph for line in _wrapped(paragraph, columns)]


def _wrapped(paragraph: str, columns: int) -> list[str]:
    # Most texts are short, and wrapping costs a hundred times as much as measuring.
    return [paragraph] if wcswidth(paragraph) <= columns else wrap(paragraph, columns)


def centred(text: str, columns: int) -> str:
    """The text in lines, each in the middle."""
    return "\n".join(center(line, columns).rstrip() for line in lines_of(text, columns))


def left(text: str, columns: int) -> str:
    """The text in lines that begin at the left."""
    return "\n".join(lines_of(text, columns))


def pair(name: str, value: str, columns: int) -> str:
    """The name at the left and the value at the right, in one line if both fit."""
    names, values = lines_of(name, columns), lines_of(value, columns)
    if names and values and wcswidth(names[-1]) + 1 + wcswidth(values[0]) <= columns:
        *before, last = names
        first, *after = values
        joined = last + rjust(first, columns - wcswidth(last))
        return "\n".join([*before, joined, *(rjust(line, columns) for line in after)])
    return "\n".join([*names, *(rjust(line, columns) for line in values)])


def picture(rows: str, columns: int) -> str:
    """Rows of block characters, in the middle as one; their blanks are part of the picture."""
    return "\n".join(row.center(columns).rstrip() for row in rows.splitlines())


def rule(columns: int) -> str:
    """A line across the paper."""
    return "-" * columns
