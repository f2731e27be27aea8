"""`python -m services.auth.keys`: its output and its refusals."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from libs.common.auth.keys import SigningKey
from libs.common.commands import CommandFailed
from libs.testing.clock import START, FakeClock
from services.auth import keys
from services.auth.clients.signing_keys import SigningKeys, read_keys, write_key
from services.auth.domain.signing_keys import LONGEST_TOKEN, RETIRES_AFTER, SIGNS_AFTER
from services.auth.keys import main
from services.auth.tests.builders import signing_keys

FIRST = "2026-03-01"
SECOND = "2026-03-02T180000Z"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = signing_keys(tmp_path, SigningKey.generate(FIRST))
    monkeypatch.setenv("SIGNING_KEYS_DIR", str(folder))
    return folder


class Said:
    """The output of the command."""

    def __init__(self, clock: FakeClock, captured: pytest.CaptureFixture[str]) -> None:
        self._clock = clock
        self._captured = captured

    def by(self, *arguments: str, status: int = 0) -> str:
        assert main(arguments, self._clock) == status
        out, err = self._captured.readouterr()
        return err if status else out


@pytest.fixture
def said(clock: FakeClock, capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(clock, capsys)


def retire_when_it_is_time(folder: Path, kid: str) -> str:
    return keys.retire(folder, START + SIGNS_AFTER + RETIRES_AFTER, kid)


def kids(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir())


def test_rotate_says_when_the_new_key_signs_and_the_old_one_may_go(folder: Path, said: Said) -> None:
    assert said.by("rotate") == (
        f"{SECOND} is published and signs from 2026-03-02T18:10:00Z on.\n"
        f"{FIRST} may be retired from 2026-03-03T18:20:00Z on.\n"
    )
    assert kids(folder) == [FIRST, SECOND]
    assert (folder / f"{SECOND}.pem").stat().st_mode & 0o777 == 0o600


def test_rotate_makes_the_first_key_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Said, clock: FakeClock
) -> None:
    folder = tmp_path / "new"
    monkeypatch.setenv("SIGNING_KEYS_DIR", str(folder))
    assert said.by("rotate") == f"{SECOND} is the first key: it signs at once.\n"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert SigningKeys(folder, clock).active().kid == SECOND


def test_where_the_group_may_read_the_last_key_it_may_read_the_next(folder: Path, said: Said) -> None:
    (folder / f"{FIRST}.pem").chmod(0o640)
    said.by("rotate")
    assert (folder / f"{SECOND}.pem").stat().st_mode & 0o777 == 0o640


def test_two_rotations_in_one_second_are_one(folder: Path, said: Said) -> None:
    said.by("rotate")
    assert said.by("rotate", status=1) == f"{SECOND} exists already: that was a second ago\n"


def test_list_tells_what_every_key_does(folder: Path, said: Said, clock: FakeClock) -> None:
    assert said.by("list") == f"{FIRST}  signs\n"
    said.by("rotate")
    assert said.by("list").splitlines() == [
        f"{FIRST}  signs until 2026-03-02T18:10:00Z",
        f"{SECOND}  signs from 2026-03-02T18:10:00Z on",
    ]
    clock.advance(minutes=10)
    assert said.by("list").splitlines() == [
        f"{FIRST}  signed until 2026-03-02T18:10:00Z and may be retired from 2026-03-03T18:20:00Z on",
        f"{SECOND}  signs",
    ]
    clock.advance(days=2)
    assert said.by("list").splitlines() == [f"{FIRST}  may be retired", f"{SECOND}  signs"]


def test_list_names_what_cannot_be_used(folder: Path, said: Said) -> None:
    (folder / "2026-02-01.pem").write_bytes(b"hello")
    assert "2026-02-01  can't be used" in said.by("list")


def test_retire_takes_what_is_not_needed_and_nothing_else(folder: Path, said: Said, clock: FakeClock) -> None:
    said.by("rotate")
    assert said.by("retire") == "Nothing to retire: every key is still needed.\n"
    clock.set(START + SIGNS_AFTER + RETIRES_AFTER)
    assert said.by("retire") == f"retired: {FIRST}\n"
    assert kids(folder) == [SECOND]


def test_a_key_that_cannot_be_used_retires_nobody(folder: Path, said: Said, clock: FakeClock) -> None:
    (folder / f"{SECOND}.pem").write_bytes(b"hello")
    clock.advance(days=9)
    assert said.by("retire") == "Nothing to retire: every key is still needed.\n"


def test_retire_refuses_the_key_that_signs(folder: Path, said: Said) -> None:
    assert said.by("retire", FIRST, status=1) == f"{FIRST} signs (--now if it is compromised)\n"


def test_retire_refuses_a_key_whose_tokens_are_good(folder: Path, said: Said, clock: FakeClock) -> None:
    said.by("rotate")
    clock.set(START + SIGNS_AFTER + LONGEST_TOKEN)
    assert "may be retired from 2026-03-03T18:20:00Z on" in said.by("retire", FIRST, status=1)
    clock.advance(seconds=SIGNS_AFTER / timedelta(seconds=1))
    assert said.by("retire", FIRST) == f"retired: {FIRST}\n"


def test_a_compromised_key_goes_at_once_and_it_is_said_whom_that_hits(folder: Path, said: Said) -> None:
    said.by("rotate")
    told = said.by("retire", FIRST, "--now")
    assert "POS sessions refresh" in told
    assert "STORE sessions have no refresh token and must log in again" in told
    assert kids(folder) == [SECOND]


def test_the_only_key_stays_even_so(folder: Path, said: Said) -> None:
    assert said.by("retire", FIRST, "--now", status=1) == f"{FIRST} is the only key: rotate first\n"


@pytest.mark.parametrize("arguments", [("retire", "2026-01-01"), ("retire", "2026-01-01", "--now")])
def test_a_key_that_is_not_there_is_said(folder: Path, said: Said, arguments: tuple[str, ...]) -> None:
    assert said.by(*arguments, status=1) == "there is no key 2026-01-01\n"


def test_now_without_a_key_is_a_mistake(folder: Path, said: Said) -> None:
    with pytest.raises(SystemExit, match="2"):
        said.by("retire", "--now")


def test_without_a_folder_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, said: Said) -> None:
    monkeypatch.delenv("SIGNING_KEYS_DIR", raising=False)
    with pytest.raises(SystemExit, match="SIGNING_KEYS_DIR"):
        said.by("list")


def test_a_reader_that_has_enough_is_no_failure(folder: Path) -> None:
    command = [sys.executable, "-m", "services.auth.keys", "list"]
    keys = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert keys.stdout
    keys.stdout.close()
    _, complaints = keys.communicate()
    assert (keys.returncode, complaints) == (0, b"")


@pytest.mark.parametrize("take", [keys.withdraw, retire_when_it_is_time])
def test_a_withdrawal_at_the_same_moment_leaves_a_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, take: Callable[[Path, str], str]
) -> None:
    write_key(folder, SigningKey.generate(SECOND))
    withdrawals = iter([SECOND])

    def read_before_another_withdraws(of: Path) -> object:
        found = read_keys(of)
        for other in withdrawals:
            keys.withdraw(of, other)
        return found

    monkeypatch.setattr(keys, "read_keys", read_before_another_withdraws)
    with pytest.raises(CommandFailed, match=f"{FIRST} is the only key"):
        take(folder, FIRST)
    assert [path.name for path in folder.iterdir()] == [f"{FIRST}.pem"]
