"""Every boundary is reached in the sources, once, and has its crash story."""

import re
from collections import Counter

from libs.common.faults import Boundary
from tests.architecture.sources import ROOT, is_test
from tests.e2e.crashes import STORIES


def test_every_boundary_stands_at_one_place_in_the_sources() -> None:
    reached = Counter(
        Boundary[name]
        for folder in ("libs", "services")
        for path in (ROOT / folder).rglob("*.py")
        if not is_test(path)
        for name in re.findall(r"\breached\(Boundary\.(\w+)\)", path.read_text())
    )
    assert reached == Counter(Boundary)


def test_every_boundary_has_a_story() -> None:
    assert {boundary for boundary, _ in STORIES} == set(Boundary)
