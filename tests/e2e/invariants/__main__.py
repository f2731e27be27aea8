"""Judges the invariants of a suite: `python -m tests.e2e.invariants --help`. Usable while the suite works."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

import psycopg

from deploy.local.shop_variables import take_shop_variables
from deploy.local.state import DEFAULT_FOLDER, StateFolder
from libs.common.clock import system_clock
from libs.common.commands import CommandFailed
from libs.common.errors import Unavailable
from libs.servers.processes import ServerFailed
from tests.e2e.invariants.judging import Judgement, Look, Suite, Verdict, age, judge, worst
from tests.e2e.invariants.queues import Queues, count_queues
from tests.e2e.invariants.snapshots import READ_IN_ORDER, STATEMENT_SECONDS

DESCRIPTION = """\
Reads the databases (read-only, one snapshot each, no locks) and says for each invariant: ok, broken with the
rows, or in flight. Takes the addresses from AUTH_DATABASE_URL, CATALOG_DATABASE_URL, … and AMQP_URL
(AMQP_PREFIX) in the environment, else from the folder of `make up`, and STORE_TIMEZONE from there or `.env`.
Without AMQP_URL, queues are not counted.
Exit code: 0 all hold, 1 one is broken, 2 they hold and work is in flight, 3 something could not be read."""
UNREAD = 3
PATIENCE_SECONDS = 30.0
ROWS_SHOWN = 20
WORDS = {Verdict.OK: "ok", Verdict.BROKEN: "broken", Verdict.IN_FLIGHT: "in flight"}
NOT_JUDGED = (
    "credit limits at the time of each charge, the order of events, and lost answers leave no trace here"
)


def main() -> int:
    """Judge and print; returns the exit code."""
    arguments = _arguments()
    take_shop_variables(arguments.state_dir)
    try:
        judgements, look = judge(_suite(arguments), patience_seconds=arguments.patience)
    except (psycopg.Error, Unavailable, TimeoutError, CommandFailed, ServerFailed) as error:
        print(f"could not be read: {str(error).strip() or type(error).__name__}")
        return UNREAD
    for judgement in judgements:
        _tell(judgement)
    _tell_under_way(look)
    verdict = worst(judgements, look)
    print(f"{WORDS[verdict]} (not judged: {NOT_JUDGED})")
    return verdict


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.e2e.invariants",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_FOLDER, help="default: .run/")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        metavar="SECONDS",
        help="how long the same difference between two services must last to be broken; default: 30",
    )
    parser.add_argument(
        "--statement-seconds",
        type=int,
        default=STATEMENT_SECONDS,
        metavar="SECONDS",
        help="the longest time of a statement; default: 60",
    )
    return parser.parse_args()


def _suite(arguments: argparse.Namespace) -> Suite:
    memory = StateFolder(arguments.state_dir).memory()
    urls = {
        service: os.environ.get(f"{service.upper()}_DATABASE_URL") or memory.database_urls.get(service, "")
        for service in READ_IN_ORDER
    }
    if missing := [f"{service.upper()}_DATABASE_URL" for service, url in urls.items() if not url]:
        raise CommandFailed(f"nothing is up here, and the environment lacks {', '.join(missing)}")
    amqp_url = os.environ.get("AMQP_URL") or memory.amqp_url
    prefix = os.environ.get("AMQP_PREFIX", memory.amqp_prefix)
    return Suite(
        urls,
        os.environ.get("STORE_TIMEZONE", "America/Mexico_City"),
        partial(count_queues, amqp_url, prefix) if amqp_url else Queues,
        arguments.statement_seconds,
    )


def _tell(judgement: Judgement) -> None:
    print(f"{WORDS[judgement.verdict]:10}{judgement.invariant}  {judgement.name}")
    for row in judgement.rows[:ROWS_SHOWN]:
        print(f"{'':13}{row}")
    if len(judgement.rows) > ROWS_SHOWN:
        print(f"{'':13}and {len(judgement.rows) - ROWS_SHOWN} more, at least")


def _tell_under_way(look: Look) -> None:
    now = system_clock()
    for name, work in look.waiting.items():
        if work.count:
            print(f"{'in flight':13}{work.count} {name}, the oldest for {age(work, now):.0f} s")
    for service, count in look.queues.ready.items():
        if count:
            print(f"{'in flight':13}{count} events in the queues of {service}")


if __name__ == "__main__":
    sys.exit(main())
