"""Long statements in the form in which psycopg keeps them parsed."""

from typing import LiteralString

# Each with the blanks that it needs as little as a comma does.
_SIGNS: tuple[LiteralString, ...] = (", ", "( ", " )", " = ", " + ", " < ", " >= ")


def on_one_line(statement: LiteralString) -> LiteralString:
    """The statement without its indentation, and without blanks beside commas, brackets and signs.

    psycopg parses a statement of more than 4,096 characters anew at every call. For statements without a
    comment, and without a text that has several blanks, or one beside such a sign.
    """
    line: LiteralString = " ".join(statement.split())
    for sign in _SIGNS:
        line = line.replace(sign, sign.strip())
    return line
