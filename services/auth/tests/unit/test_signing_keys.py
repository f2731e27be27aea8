"""The newest key that all verifiers know signs; all are published; errors in the folder end no session."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from libs.common.auth.keys import JWKS_CACHED_SECONDS, SigningKey, UnusableKey, jwks
from libs.common.calls.remote_keys import REFRESH_SECONDS
from libs.testing.clock import START, FakeClock
from services.auth.clients.signing_keys import SigningKeys, read_keys, write_key
from services.auth.domain.signing_keys import (
    SIGNS_AFTER,
    NotNamedByDate,
    kid_made_at,
    made_at,
    may_retire_at,
    signing_kid,
)
from services.auth.tests.builders import signing_keys

OLD, NEW = SigningKey.generate("2026-02-01"), SigningKey.generate("2026-03-01")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def look_again(keys: SigningKeys, folder: Path) -> None:
    keys.look_again(*read_keys(folder))


def test_a_key_is_named_by_when_it_was_made() -> None:
    moment = datetime(2026, 11, 22, 1, 30, 45, tzinfo=UTC)
    assert kid_made_at(moment) == "2026-11-22T013045Z"
    assert made_at("2026-11-22T013045Z") == moment
    assert made_at("2026-11-22") == datetime(2026, 11, 22, tzinfo=UTC)


def test_names_are_in_the_order_of_time() -> None:
    names = ["2026-11-21", "2026-11-21T000001Z", "2026-11-21T235959Z", "2026-11-22"]
    assert sorted(names, key=made_at) == names


@pytest.mark.parametrize("name", ["signing", "2026-03", "2026-02-30", "2026-03-01-b", ""])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(NotNamedByDate, match="named by when it was made"):
        made_at(name)


def test_a_key_signs_only_after_all_caches_have_ended() -> None:
    assert timedelta(seconds=JWKS_CACHED_SECONDS + 2 * REFRESH_SECONDS) < SIGNS_AFTER


def test_the_newest_key_that_everybody_knows_signs() -> None:
    since = {"2026-01-01": START - timedelta(days=9), "2026-02-01": START, "2026-03-01": START}
    assert signing_kid(since, START + SIGNS_AFTER - timedelta(seconds=1)) == "2026-01-01"
    assert signing_kid(since, START + SIGNS_AFTER) == "2026-03-01"


def test_the_only_key_signs_at_once() -> None:
    assert signing_kid({"2026-03-01": START}, START) == "2026-03-01"


def test_the_oldest_signs_while_nobody_knows_any() -> None:
    assert signing_kid({"2026-03-01": START, "2026-02-01": START}, START) == "2026-02-01"


def test_a_key_may_go_a_days_tokens_after_the_next_one_took_over() -> None:
    kids = ["2026-01-01", "2026-02-01", "2026-03-01"]
    takes_over = datetime(2026, 2, 1, tzinfo=UTC) + SIGNS_AFTER
    assert may_retire_at("2026-01-01", kids) == takes_over + timedelta(hours=24) + SIGNS_AFTER
    assert may_retire_at("2026-03-01", kids) is None


def test_all_are_published_oldest_first(tmp_path: Path, clock: FakeClock) -> None:
    keys = SigningKeys(signing_keys(tmp_path, NEW, OLD), clock)
    assert keys.active().kid == "2026-03-01"
    assert [jwk["kid"] for jwk in jwks([OLD, NEW])["keys"]] == ["2026-02-01", "2026-03-01"]
    assert keys.document.index(b"2026-02-01") < keys.document.index(b"2026-03-01")


def test_a_folder_without_keys_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(UnusableKey, match="no signing key"):
        SigningKeys(tmp_path / "nowhere", clock)


def test_one_key_that_everybody_can_read_is_enough_to_refuse_the_start(
    tmp_path: Path, clock: FakeClock
) -> None:
    folder = signing_keys(tmp_path, OLD, NEW)
    (folder / "2026-02-01.pem").chmod(0o644)
    with pytest.raises(UnusableKey, match="chmod 600"):
        SigningKeys(folder, clock)


def test_a_key_whose_name_says_nothing_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    folder = signing_keys(tmp_path, OLD, SigningKey.generate("another"))
    with pytest.raises(UnusableKey, match=r"another\.pem: a key is named by when it was made"):
        SigningKeys(folder, clock)


def test_a_key_that_comes_is_published_at_once_and_signs_later(tmp_path: Path, clock: FakeClock) -> None:
    folder = signing_keys(tmp_path, OLD)
    keys = SigningKeys(folder, clock)
    write_key(folder, NEW)  # made yesterday, but written to the folder now
    look_again(keys, folder)

    assert b"2026-03-01" in keys.document
    clock.advance(seconds=SIGNS_AFTER.total_seconds() - 1)
    assert keys.active().kid == "2026-02-01"
    clock.advance(seconds=1)
    assert keys.active().kid == "2026-03-01"


def test_a_key_that_goes_is_forgotten(tmp_path: Path, clock: FakeClock) -> None:
    folder = signing_keys(tmp_path, OLD, NEW)
    keys = SigningKeys(folder, clock)
    before = keys.etag
    (folder / "2026-02-01.pem").unlink()
    look_again(keys, folder)

    assert b"2026-02-01" not in keys.document
    assert keys.etag != before
    assert keys.generation == 1


def test_looking_again_changes_nothing_when_nothing_changed(tmp_path: Path, clock: FakeClock) -> None:
    folder = signing_keys(tmp_path, OLD, NEW)
    keys = SigningKeys(folder, clock)
    before = (keys.document, keys.etag)
    look_again(keys, folder)
    assert (keys.document, keys.etag, keys.generation) == (*before, 0)


def test_a_folder_that_is_lost_keeps_the_known_keys(tmp_path: Path, clock: FakeClock) -> None:
    folder = signing_keys(tmp_path, OLD, NEW)
    keys = SigningKeys(folder, clock)
    folder.rename(tmp_path / "elsewhere")
    look_again(keys, folder)

    assert keys.active().kid == "2026-03-01"
    assert keys.generation == 0


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_file_that_breaks_keeps_its_known_key_and_hinders_no_other(
    tmp_path: Path, clock: FakeClock, content: bytes
) -> None:
    folder = signing_keys(tmp_path, OLD)
    keys = SigningKeys(folder, clock)
    (folder / "2026-02-01.pem").write_bytes(content)
    write_key(folder, NEW)
    look_again(keys, folder)

    assert keys.active().kid == "2026-02-01"
    assert b"2026-03-01" in keys.document


def test_a_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    assert write_key(tmp_path, NEW).stat().st_mode & 0o777 == 0o600
    assert SigningKey.from_file(tmp_path / "2026-03-01.pem").jwk() == NEW.jwk()


def test_nobody_else_can_open_a_key_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first: list[int] = []
    monkeypatch.setattr("os.fchmod", lambda file, _: at_first.append(os.fstat(file).st_mode & 0o777))
    write_key(tmp_path, NEW)
    assert at_first == [0o600]


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    write_key(tmp_path, NEW)
    with pytest.raises(FileExistsError):
        write_key(tmp_path, SigningKey.generate(NEW.kid))
    assert [path.name for path in tmp_path.iterdir()] == ["2026-03-01.pem"]
    assert SigningKey.from_file(tmp_path / "2026-03-01.pem").jwk() == NEW.jwk()
