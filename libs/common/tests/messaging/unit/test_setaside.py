"""Failures that a retry may mend, and those that it cannot."""

import pytest

from libs.common.errors import DomainError, NotFound, Refusals, Unavailable
from libs.common.messaging.envelope import UnreadableEvent
from libs.common.messaging.setaside import describe, is_poison


@pytest.mark.parametrize(
    "error", [DomainError(), NotFound(), Refusals([DomainError(), NotFound()]), UnreadableEvent("no")]
)
def test_what_a_rule_refuses_or_nobody_can_read_is_poison(error: Exception) -> None:
    assert is_poison(error)


@pytest.mark.parametrize("error", [Unavailable("database"), ValueError("bug"), KeyError("bug")])
def test_what_may_go_well_later_is_not(error: Exception) -> None:
    assert not is_poison(error)


def test_an_error_fits_into_a_header() -> None:
    assert len(describe(ValueError("x" * 100_000))) == 1_000
