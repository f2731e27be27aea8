"""The sample that was begun in a suite, kept beside its data: after an interruption the same one goes on."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from deploy.local.state import StateFolder
from libs.common.clock import iso_utc
from libs.common.commands import CommandFailed
from libs.common.private_file import write_private

GOES_ON_FOR = timedelta(hours=23)
"""A repeat of a deed does nothing for 24 hours, as long as its `Idempotency-Key` is kept."""
ANEW = "To begin anew: make reset up"


@dataclass(frozen=True, slots=True)
class Begun:
    """The sales of a sample follow from this: of so many days, until `at`, by this seed."""

    days: int
    seed: int
    at: datetime


BEGUN = TypeAdapter(Begun)


def begin(state: StateFolder, asked: Begun) -> Begun:
    """Keep what is asked for until it is `done`; answers what was begun before, if that can go on.

    Raises `CommandFailed` if it cannot.
    """
    file = _file(state)
    if not file.exists():
        kept = {"days": asked.days, "seed": asked.seed, "at": iso_utc(asked.at)}
        write_private(file, json.dumps(kept))
        return BEGUN.validate_python(kept)
    begun = BEGUN.validate_json(file.read_bytes())
    if (asked.days, asked.seed) != (begun.days, begun.seed):
        raise CommandFailed(
            f"Another sample was interrupted here. It goes on by make sample DAYS={begun.days} "
            f"SEED={begun.seed}. {ANEW}"
        )
    if asked.at > begun.at + GOES_ON_FOR:
        raise CommandFailed(f"A sample was interrupted here too long ago to go on. {ANEW}")
    return begun


def done(state: StateFolder) -> None:
    """The sample has come to its end."""
    _file(state).unlink()


def _file(state: StateFolder) -> Path:
    return state.path / "sample.json"
