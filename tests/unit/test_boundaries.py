"""Every boundary is reached in the sources, once, and has its crash story."""

import re
from collections import Counter
from pathlib import Path

from libs.common.faults import Boundary
from tests.e2e.crashes import STORIES

ROOT = Path(__file__).parents[2]


def test_every_boundary_stands_at_one_place_in_the_sources() -> None:
    reached = Counter(
        Boundary[name]
        for folder in ("libs", "services")
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.parts
        for name in re.findall(r"\breached\(Boundary\.(\w+)\)", path.read_text())
    )
    assert reached == Counter(Boundary)


def test_every_boundary_has_a_story() -> None:
    assert {boundary for boundary, _ in STORIES} == set(Boundary)
