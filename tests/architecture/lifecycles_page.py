"""Writes docs/lifecycles.md: a picture of each lifecycle, made from its table (`make lifecycles`)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import cleandoc

from libs.common.lifecycle import Lifecycle
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "lifecycles.md"
INTRODUCTION = """\
# Lifecycles

Written by `make lifecycles` from `services/<service>/domain/lifecycles.py`, the tables that the code obeys
([ADR 0032](adr/0032-lifecycles-are-data-and-sagas-are-files.md)).

An arrow is a step, with those who may take it: `staff` is anybody who works in the shop, `admin` an ADMIN or
OWNER, `buyer` the shopper to whom the thing belongs, `system` the software itself (a job, or the consequence
of another change). A step that has no arrow is refused.
"""


def lifecycles_page() -> str:
    """The page as stored."""
    sections = [
        f"## {service}: {name}\n\n{_meaning(lifecycle)}\n\n{_picture(lifecycle)}"
        for service, name, lifecycle in all_lifecycles()
    ]
    return "\n".join([INTRODUCTION, *sections])


def all_lifecycles() -> Iterator[tuple[str, str, Lifecycle]]:
    """The service, name and table of every lifecycle."""
    for file in sorted(ROOT.glob("services/*/domain/lifecycles.py")):
        service = file.parts[-3]
        for name, value in vars(import_module(f"services.{service}.domain.lifecycles")).items():
            if isinstance(value, Lifecycle):
                yield service, name.lower().replace("_", " ").replace("pos ", "POS "), value


def _meaning(lifecycle: Lifecycle) -> str:
    """What the class of the states says about them."""
    return cleandoc(type(lifecycle.states[0]).__doc__ or "")


def _picture(lifecycle: Lifecycle) -> str:
    steps = _actors(lifecycle)
    ends = [state for state in lifecycle.states if not any(source == state for source, _ in steps)]
    lines = [
        "stateDiagram-v2",
        f"    [*] --> {lifecycle.first}",
        *(f"    {source} --> {target}: {', '.join(sorted(by))}" for (source, target), by in steps.items()),
        *(f"    {state} --> [*]" for state in ends),
    ]
    return "\n".join(["```mermaid", *lines, "```", ""])


def _actors(lifecycle: Lifecycle) -> Mapping[tuple[str, str], set[str]]:
    """Source and target of each step, in the order of the states, with its actors."""
    actors: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source in lifecycle.states:
        for step in lifecycle.steps:
            if source in step.sources:
                actors[str(source), str(step.target)] |= step.by
    return actors


if __name__ == "__main__":
    PAGE.write_text(lifecycles_page())
