"""Writes the table of events in docs/events.md from the contracts and the subscriptions (`make asyncapi`)."""

import re
from collections import defaultdict
from collections.abc import Mapping
from inspect import cleandoc

from deploy.broker import consumed
from libs.common.contracts.auth import SessionRevoked
from libs.common.contracts.event import BY_SEQUENCE, Event, Order
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.samples import FOLDER
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "events.md"
TABLE = re.compile(r"(?<=^## Types\n\n)(?:\|.*\n)+", re.MULTILINE)
HEAD = """\
| type (= routing key) | published when | subject, and which is newer | consumed in the suite by |
|---|---|---|---|
"""


def events_table() -> str:
    """The table as stored."""
    consumers = _consumers()
    rows = (_row(event_type, model, consumers[event_type]) for event_type, model in EVENTS.items())
    return HEAD + "".join(rows)


def events_page(page: str) -> str:
    """A page with the table of now."""
    assert TABLE.search(page), "docs/events.md has no table under `Types`"
    return TABLE.sub(lambda _: events_table(), page)


def _row(event_type: str, model: type[Event], consumers: list[str]) -> str:
    promises = model.promises
    when = " ".join(cleandoc(model.__doc__ or "").split("\n\n")[0].split())
    sample = (FOLDER / f"{event_type}.json").relative_to(ROOT)
    once = f" At most one per {promises.once_per}." if promises.once_per else ""
    cells = (
        f"`{event_type}`",
        f"{when}{once} [Sample](../{sample})",
        f"`{promises.subject}`, by {_number(promises.order)}",
        ", ".join(sorted(consumers)) or "–",
    )
    return f"| {' | '.join(cells)} |\n"


def _number(order: Order) -> str:
    return f"`{order.by}`" if order == BY_SEQUENCE else f"`{order.by}` of two {order.among}"


def _consumers() -> Mapping[str, list[str]]:
    """Type → who listens in the suite."""
    listeners: dict[str, list[str]] = defaultdict(list)
    listeners[SessionRevoked.event_type].append("gateway")
    for service, event_types in consumed().items():
        for event_type in event_types:
            listeners[event_type].append(service)
    return listeners


if __name__ == "__main__":
    PAGE.write_text(events_page(PAGE.read_text()))
