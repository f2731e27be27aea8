"""Refuses what makes no sense among a target's variables: `python -m deploy.local.variables soak`.

Ends with 2 and one line that says what is wrong and what is possible. The recipes of the Makefile begin with
it, so that nothing is started in vain.
"""

import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.layout import PORT_MAX, REPLICAS_MAX, ROOT
from libs.common.messaging.selections import moment
from libs.services import PARTS, SERVICES

REFUSED = 2
WORKS = (
    *("sale", "customer", "points", "checkout", "list", "detail", "report"),
    *("products", "customers", "orders", "shift", "return", "returns", "layaways", "flagged", "found"),
    *("numbers", "synced", "bootstrap", "overview", "restore"),
)
"""First words of the works of `make bench`, those of the grown shop among them."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values that a variable may have."""

    possible: str
    """In words, after "is"."""
    accepts: Callable[[str], bool]
    is_needed: bool = False


def whole(least: int, most: int | None = None) -> Values:
    """Whole numbers in bounds."""

    def accepts(value: str) -> bool:
        return bool(re.fullmatch("[0-9]{1,18}", value)) and least <= int(value) <= (most or math.inf)

    return Values(f"a whole number from {least}{f' to {most}' if most else ''}", accepts)


def above_zero(most: float = math.inf) -> Values:
    """Numbers, up to the largest."""

    def accepts(value: str) -> bool:
        try:
            number = float(value)
        except ValueError:
            return False
        return 0 < number <= most and math.isfinite(number)

    return Values(f"a number above 0{f', at most {most:g}' if math.isfinite(most) else ''}", accepts)


def among(names: Collection[str]) -> Values:
    """One of these."""
    return Values(f"one of {', '.join(names)}", lambda value: value in names)


def each(values: Values) -> Values:
    """One or more of these, with commas or spaces between them."""
    return Values(
        f"{values.possible}, or several",
        lambda text: all(values.accepts(value) for value in text.replace(",", " ").split()),
    )


def needed(values: Values) -> Values:
    """The same, and never nothing."""
    return replace(values, is_needed=True)


def _is_revision(value: str) -> bool:
    asked = ("git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{value}^{{commit}}")
    return subprocess.run(asked, cwd=ROOT, check=False, capture_output=True).returncode == 0


def _is_expression(value: str) -> bool:
    try:
        re.compile(value)
    except re.error:
        return False
    return True


def _is_readable_folder(value: str) -> bool:
    return Path(value).is_dir() and os.access(value, os.R_OK | os.X_OK)


def _is_moment(value: str) -> bool:
    try:
        moment(value)
    except ValueError:
        return False
    return True


SWITCH = Values("1 or 0", lambda value: value in {"0", "1"})
WORDS = Values("what changes, in a few words", bool)
PORT = whole(1, PORT_MAX)
REPLICAS = whole(1, REPLICAS_MAX)
SERVICE = among(SERVICES)
REVISION = Values("a git revision of this repository", _is_revision)
EXPRESSION = Values("a regular expression", _is_expression)
MOMENT = Values("a time with its zone (2026-03-01T00:00:00Z) or an age (30m, 2h, 5d)", _is_moment)
FOLDER = Values("a folder that can be read", _is_readable_folder)
HOSTS = each(Values("a name or an address", lambda value: bool(re.fullmatch(r"[\w*][\w.:-]*", value))))

VARIABLES: Mapping[str, Mapping[str, Values]] = {
    "lock": {"UPGRADE": SWITCH},
    "up": {
        **dict.fromkeys(("DEMO", "SEPARATE", "TLS", "OBSERVE", "POOLER"), SWITCH),
        "PORT_BASE": PORT,
        "REPLICAS": REPLICAS,
    },
    "tls": {"NAMES": HOSTS},
    "dev": {"S": needed(among(PARTS))},
    "reset": {"YES": SWITCH},
    "logs": {"JSON": SWITCH},
    "psql": {"S": needed(SERVICE)},
    "restore": {"FROM": needed(FOLDER), "S": each(SERVICE), "YES": SWITCH},
    "reconcile": {"S": each(SERVICE), "SINCE": MOMENT},
    "demo": {"VERBOSE": SWITCH},
    "sample": {"DAYS": whole(1, 366), "SEED": whole(0)},
    "test-service": {"S": needed(SERVICE)},
    "test-e2e": {"POOLER": SWITCH},
    "fuzz": {"MINUTES": above_zero(), "ONLY": EXPRESSION},
    "rolling": {"FROM": REVISION},
    "chaos": {"MINUTES": whole(1), "SEED": whole(0), "REPLICAS": REPLICAS},
    "synced-days": {"DAYS": whole(1), "SEED": whole(0)},
    "tills": {"SALES": whole(1), "SEED": whole(0)},
    "machines": {"EXAMPLES": whole(1)},
    "migration": {"S": needed(SERVICE), "M": needed(WORDS)},
    "migrate": {"S": SERVICE},
    "bench": {
        **dict.fromkeys(("BASELINE", "POOLER", "HOP", "EVENTS", "REPORTS", "GROWTH", "SHIFTS"), SWITCH),
        "BASE": REVISION,
        "BASELINE_DIR": FOLDER,
        "TRACED": above_zero(1),
        "REPLICAS": REPLICAS,
        "WORKS": each(among(WORKS)),
        "CLIENTS": each(whole(1)),
        **dict.fromkeys(("SECONDS_EACH", "SLICE_SECONDS", "MINUTES"), above_zero()),
        **dict.fromkeys(("RUNS", "ORDERS", "PRODUCTS", "SALES", "ASKED", "PLAIN_ASKED", "ROUNDS"), whole(1)),
    },
    "bars": {"KILLS": whole(1)},
    "soak": {"MINUTES": above_zero(), "LOAD": above_zero(), "RATE": above_zero(), "PORT_BASE": PORT},
}
"""The variables of each target of the Makefile, but those that its command judges before it begins."""


def refusal(target: str, environment: Mapping[str, str]) -> str | None:
    """The line about the first variable of the target that makes no sense; None if all do."""
    for name, values in VARIABLES[target].items():
        value = environment.get(name, "").strip()
        if values.is_needed and not value:
            return f"make {target} needs {name}: {values.possible}."
        if value and not values.accepts(value):
            return f"make {target}: {name} is {values.possible}, not {value}."
    return None


def main() -> int:
    """Judge the environment for the target of the command line; returns the exit code."""
    refused = refusal(sys.argv[1], os.environ)
    if refused is None:
        return 0
    print(refused, file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
