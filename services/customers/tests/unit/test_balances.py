"""No statement changes a balance without a line in its ledger and its event."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import services.customers.usecases

USECASES = Path(next(iter(services.customers.usecases.__path__)))
BALANCES = {"current_points": "points", "credit_used": "credit"}
OWED_ENTERED = "insert into points_owed_ledger"


def statements() -> Iterator[tuple[str, str]]:
    """Every text constant of the use cases, by its name."""
    for file in sorted(USECASES.glob("**/*.py")):
        path = ".".join(file.relative_to(USECASES).with_suffix("").parts).removesuffix("__init__")
        module = f"services.customers.usecases.{path}".rstrip(".")
        for name, value in vars(import_module(module)).items():
            if isinstance(value, str):
                yield f"{module}.{name}", value


@pytest.mark.parametrize("balance", BALANCES)
def test_a_balance_changes_only_with_its_line_and_its_event(balance: str) -> None:
    changing = {
        name: statement
        for name, statement in statements()
        if re.search(rf"\b{balance} = ", statement) and "update customers" in statement
    }
    assert changing
    for name, statement in changing.items():
        assert f"insert into {BALANCES[balance]}_ledger" in statement, name
        assert f"customers.{BALANCES[balance]}_changed.v1" in statement, name


def test_what_is_owed_changes_only_with_its_line() -> None:
    changing = {name: statement for name, statement in statements() if "points_owed = " in statement}
    assert changing
    assert {name for name, statement in changing.items() if OWED_ENTERED not in statement} == set()
