"""Brings the services of a running suite to one another's moment, and says what a person must decide.

`make reconcile`; `make restore` takes the same steps after it has put databases in place.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.markup import escape

from deploy.local.layout import ROOT
from deploy.local.progress import Steps
from deploy.local.suite import LocalSuite
from libs.servers.processes import ServerFailed

AGREED, DISAGREED, IN_FLIGHT = 0, 1, 2
"""Exit codes of the invariants."""
TAKEN, REFUSED = 0, 1
"""Exit codes of `reallocate`."""
BROKEN = "broken"

ADVICE: Mapping[str, str] = {
    "what catalog gave to orders is what they sold": (
        "Rows of sales only: sold, and still in catalog's stock. Have catalog take it: make reconcile "
        "S=catalog SINCE=… with a time before the orders. It names those that it refuses, and why: make the "
        "products again or count their stock, and repeat it. Rows of catalog only: taken from stock for "
        "orders that are gone. Enter the sales again, or put the pieces back by "
        "POST /api/products/{id}/stock/ with a note."
    ),
    "the goods of processed returns are in catalog's ledger, once": (
        "Count the products named, and correct their stock by POST /api/products/{id}/stock/ with a note."
    ),
    "what customers charged has paid an order, and nothing else has": (
        "Rows of customers only: points or credit were taken for orders that are gone. Enter the orders "
        "again, or give the customer back what was taken. Rows of sales only: the order is paid and the "
        "balance was not charged. Ask the customer, or accept the loss."
    ),
    "customers has given back what returns at the tills did, once": (
        "Rows of customers only: points or credit were given back for returns that are gone. Enter the "
        "returns again, or take back what was given. Rows of sales only: the return is done and the balance "
        "was not given back. Correct it by hand: POST /api/customers/{id}/points/, or a lower debt."
    ),
    "a paid order has earned its points, once": (
        "Rows of sales only: the event did not arrive. Replay it: make reconcile S=customers SINCE=… with a "
        "time before the order. Rows of customers only: points of orders that are gone; let them stand."
    ),
    "no event is a dead letter": (
        'See why: make events A="deadletters list --service …". Mend what it names, then replay or discard.'
    ),
    "the numbers of a series of invoices have no gap": (
        "Compare with what was printed. A printed number is never given to another sale: cancel it."
    ),
}
OF_ANALYTICS = "The owner's reports do not agree with their sources: make rebuild A=--verify names the rows."
OTHERWISE = "No restore explains this. Keep a backup of this state, and report it as a defect with the rows."


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule between the records that does not hold, and the first rows that break it."""

    rule: str
    rows: Sequence[str]

    @property
    def advice(self) -> str:
        """What a person does about it."""
        if self.rule in ADVICE:
            return ADVICE[self.rule]
        is_of_analytics = self.rule.startswith(("analytics ", "sums by "))
        return OF_ANALYTICS if is_of_analytics else OTHERWISE


def keep_events(suite: LocalSuite, selection: Sequence[str], to: Path) -> None:
    """Write events of the history into a new file, an envelope per line. Raises `ServerFailed`."""
    with to.open("wb") as file:
        done = _deployed(suite, "events", "history", *selection, output=file)
    if done.returncode != 0:
        raise ServerFailed(f"the history of events was not read: {done.stderr.strip()}")


def replay(suite: LocalSuite, services: Sequence[str], selection: Sequence[str], steps: Steps) -> None:
    """Put events of the history into the queues of services; those applied before have no effect."""
    for service in services:
        with steps.step(f"events for {service}") as tell:
            tell(_operate(suite, "events", "history", "--to", service, *selection))


def reallocate(suite: LocalSuite, since: str, steps: Steps) -> None:
    """Have catalog take the stock of orders since that it no longer knows; name those that it refuses."""
    with steps.step("stock of what was sold since") as tell:
        done = _deployed(suite, "reallocate", "--since", since)
        if done.returncode not in {TAKEN, REFUSED}:
            raise _failed("reallocate", done)
        *refused, counted = done.stdout.splitlines()
        tell(counted)
    for order in refused:
        steps.note(order)


def end_sessions(suite: LocalSuite, steps: Steps) -> None:
    """Log everybody out: tokens that were exchanged since the backup would be valid again."""
    with steps.step("sessions") as tell:
        tell(_operate(suite, "admin", "revoke-sessions", "--everybody"))


def rebuild_reports(suite: LocalSuite, steps: Steps) -> None:
    """Make the owner's reports again from sales, catalog, customers and auth."""
    with steps.step("the owner's reports") as tell:
        tell(_operate(suite, "rebuild"))


def disagreements(suite: LocalSuite, patience: float, steps: Steps) -> list[Finding]:
    """What the records of the services disagree about for longer than `patience` seconds.

    Raises `ServerFailed` if they cannot be read.
    """
    with steps.step("invariants"):
        done = _run("tests.e2e.invariants", "--state-dir", suite.state.path, "--patience", str(patience))
        if done.returncode not in {AGREED, DISAGREED, IN_FLIGHT}:
            raise ServerFailed(f"the invariants were not judged: {(done.stdout + done.stderr).strip()}")
    return list(findings_of(done.stdout))


def show(findings: Sequence[Finding], console: Console) -> None:
    """Print each finding with its rows and what a person does about it."""
    for finding in findings:
        console.print(f"[red]Found:[/] it does not hold that {escape(finding.rule)}", highlight=False)
        for row in finding.rows:
            console.print(f"    {escape(row)}", highlight=False)
        console.print(f"  To do: {escape(finding.advice)}", highlight=False)
    console.print(f"To decide by a person: {len(findings)}." if findings else "The services agree.")


def findings_of(said: str) -> Iterator[Finding]:
    """The broken rules among what the invariants print: a line for each rule, its rows indented below."""
    rule, rows = "", list[str]()
    for line in [*said.splitlines(), "end"]:
        if line.startswith(" "):
            rows.append(line.strip())
            continue
        if rule:
            yield Finding(rule, rows)
        verdict, _, name = line.partition("  ")
        number, _, name = name.strip().partition("  ")
        rule, rows = (name if verdict == BROKEN and number.isdigit() else ""), []


def _operate(suite: LocalSuite, command: str, *words: str) -> str:
    """Run an operator's command for the suite; the last line that it says. Raises `ServerFailed`."""
    done = _deployed(suite, command, *words)
    if done.returncode != 0:
        raise _failed(command, done)
    return "".join(done.stdout.splitlines()[-1:])


def _deployed(
    suite: LocalSuite, command: str, *words: str, output: int | IO[bytes] = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    return _run("deploy.local", "--state-dir", suite.state.path, command, *words, output=output)


def _failed(command: str, done: subprocess.CompletedProcess[str]) -> ServerFailed:
    return ServerFailed(f"{command} failed: {_said(done)}")


def _said(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stdout + done.stderr).strip()


def _run(
    module: str, *words: str | os.PathLike[str], output: int | IO[bytes] = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        check=False,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
