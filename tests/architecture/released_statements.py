"""Keeps the statements of a release, for the schemas of the version after it.

`python -m tests.architecture.released_statements` writes them; `make version V=…` does it for each release.
"""

import re
from pathlib import Path

import orjson

from libs.common.version import VERSION
from tests.architecture.test_statements import statements

RECORD = Path(__file__).with_name("released_statements.json")
WHOLE = re.compile(r"\s*(select|insert|update|delete|with)\b", re.IGNORECASE)
PARTS = (  # of statements: they read what another part names
    "carts.buying.CART_TOLD",
    "invoices.creating.INVOICE_CREATED",
    "invoices.making.INVOICE_CREATED",
    "orders.recording.CART_TOLD",
    "orders.recording.INVOICE_CREATED",
    "suggested_products.COUNTED",
    "suggested_products.LISTED",
    "suggested_products.SUGGESTED",
)
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%s|%%")


def as_prepared(statement: str) -> str:
    """The statement with PostgreSQL's own placeholders instead of psycopg's."""
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1] or f"{len(numbers)}th"
        return f"${numbers.setdefault(name, len(numbers) + 1)}"

    return PLACEHOLDER.sub(numbered, statement) if "%(" in statement or "%s" in statement else statement


def main() -> None:
    """Write what this version sends to its databases, by service and name."""
    record: dict[str, dict[str, str]] = {}
    for name, statement in statements():
        if WHOLE.match(statement) and not name.endswith(PARTS):
            record.setdefault(name.split(".")[1], {})[name] = as_prepared(statement)
    content = {"version": VERSION, "statements": record}
    RECORD.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main()
