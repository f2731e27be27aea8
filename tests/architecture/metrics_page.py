"""Writes docs/metrics.md: all metrics of all processes, from where they are defined (`make metrics`)."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from prometheus_client.metrics import MetricWrapperBase

from libs.common.db.metrics import PoolCollector
from tests.architecture.sources import ROOT, modules

PAGE = ROOT / "docs" / "metrics.md"
INTRODUCTION = """\
# Metrics

Written by `make metrics` from the definitions. The [alerts](observability.md#alerts) say which of them to
watch.

Every process answers `/metrics` in Prometheus' format, with its own metrics, those of the common parts that
it uses, and `process_*` and `python_*` of the client library. A metric with labels appears with its first
value. No label has more values than there are routes, types of events, services or outcomes.
"""
HEAD = "| Metric | Type | Labels | Meaning |\n|---|---|---|---|"
SUFFIXES = {"counter": "_total", "info": "_info"}
COMMON = "common parts"


@dataclass(frozen=True, slots=True, order=True)
class Described:
    """A metric as its page shows it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str

    def row(self) -> str:
        """The line of the table."""
        labels = ", ".join(f"`{label}`" for label in self.labels)
        return f"| `{self.name}` | {self.kind} | {labels} | {self.meaning.rstrip('.')} |"


def metrics_page() -> str:
    """The page as stored."""
    by_owner: dict[str, list[Described]] = {}
    for owner, metric in all_metrics():
        by_owner.setdefault(owner, []).append(metric)
    sections = [
        "\n".join(
            [f"## {owner[0].upper()}{owner[1:]}", "", HEAD, *(metric.row() for metric in sorted(metrics)), ""]
        )
        for owner, metrics in sorted(by_owner.items(), key=lambda item: (item[0] != COMMON, item[0]))
    ]
    return "\n".join([INTRODUCTION, *sections])


def all_metrics() -> Iterator[tuple[str, Described]]:
    """Every metric with the part that defines it."""
    for program in modules("gateway/main.py", "services/*/main.py", "services/*/worker.py"):
        import_module(program)
    seen: set[str] = set()
    for module in sorted(_own_modules(), key=lambda module: (_owner(module) != COMMON, module.__name__)):
        for value in vars(module).values():
            for described in _described(value):
                if described.name not in seen:  # a module that imports it, and its children, have it too
                    seen.add(described.name)
                    yield _owner(module), described


def _own_modules() -> list[ModuleType]:
    tops = ("libs.", "gateway.", "services.")
    return [module for name, module in sys.modules.copy().items() if name.startswith(tops)]


def _owner(module: ModuleType) -> str:
    top, *rest = module.__name__.split(".")
    return {"libs": COMMON, "gateway": "gateway"}.get(top, rest[0])


def _described(collector: object) -> Iterator[Described]:
    if not isinstance(collector, MetricWrapperBase | PoolCollector):
        return
    labels = vars(collector)["_labelnames"] if isinstance(collector, MetricWrapperBase) else ()
    for metric in collector.describe():
        name = metric.name + SUFFIXES.get(metric.type, "")
        yield Described(name, metric.type, tuple(labels), metric.documentation)


if __name__ == "__main__":
    PAGE.write_text(metrics_page())
