"""Long statements in the form in which psycopg keeps them parsed."""

from typing import LiteralString


def on_one_line(statement: LiteralString) -> LiteralString:
    """The statement without its indentation, and without blanks beside commas, `=` and `+`.

    psycopg parses a statement of more than 4,096 characters anew at every call. For statements without a
    comment, and without a text that has several blanks, or one beside such a sign.
    """
    return " ".join(statement.split()).replace(", ", ",").replace(" = ", "=").replace(" + ", "+")
