"""The envelope of STORE's lists."""

from collections.abc import Sequence
from typing import Any

from libs.common.db.pages import Page


def envelope(total: str, name: str, shown: Sequence[Any], page: Page[Any]) -> dict[str, Any]:
    """`{"total_carts": 2, "carts": […]}`. The total counts all matches, and is left out if nobody counted."""
    counted = {} if page.total.rows is None else {total: page.total.rows}
    return {**counted, name: shown}
