"""The state of a suite, and the permissions of its files."""

import stat
from pathlib import Path

import orjson
import pytest

from deploy.local.keys import Keys
from deploy.local.state import StateFolder
from libs.common.auth.keys import SigningKey, StaticKeys
from libs.servers.processes import ServerFailed
from libs.services import PARTS


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_remembered_is_there_the_next_time(tmp_path: Path) -> None:
    remembered = StateFolder(tmp_path).make().remember(port_base=9000)
    assert StateFolder(tmp_path).memory() == remembered
    assert remembered.ports.gateway == 9000


def test_each_state_folder_has_passwords_of_its_own(tmp_path: Path) -> None:
    one, other = (StateFolder(tmp_path / name).make().remember() for name in ("one", "other"))
    assert one.postgres_password != other.postgres_password
    assert len({*one.role_passwords.values(), *other.role_passwords.values()}) == 12


def test_passwords_are_for_the_owners_eyes_only(tmp_path: Path) -> None:
    StateFolder(tmp_path / "run").make().remember()
    assert mode(tmp_path / "run") == 0o700
    assert mode(tmp_path / "run" / "state.json") == 0o600


def test_private_keys_are_for_the_owners_eyes_only(tmp_path: Path) -> None:
    Keys(tmp_path).make()
    private = list(tmp_path.glob("*/*.pem"))
    assert len(private) == len(PARTS) + 1
    assert {mode(path) for path in private} == {0o600}


def test_keys_that_are_there_stay(tmp_path: Path) -> None:
    Keys(tmp_path).make()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    Keys(tmp_path).make()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()} == before


def test_the_public_keys_are_those_of_the_private_ones(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.make()
    published = StaticKeys.from_file(keys.services_jwks)
    for name in PARTS:
        private = SigningKey.from_file(keys.service_key(name)).private
        (public,) = published.of_service(name)
        assert public.public_bytes_raw() == private.public_key().public_bytes_raw()


def test_a_missing_service_key_is_made_and_published(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.make()
    before = keys.services_jwks.read_bytes()
    keys.service_key("sales").unlink()
    keys.make()
    assert keys.service_key("sales").exists()
    assert orjson.loads(keys.services_jwks.read_bytes()) != orjson.loads(before)


@pytest.mark.parametrize(
    "damaged",
    [b"", b'{"port_base": 8000, "postg', b"[]", b'{"port_base": "the first"}', b"\xff\xfe"],
    ids=["empty", "cut off", "no object", "no port", "no text"],
)
def test_a_damaged_memory_is_told_with_what_to_do(tmp_path: Path, damaged: bytes) -> None:
    state = StateFolder(tmp_path).make()
    (tmp_path / "state.json").write_bytes(damaged)
    with pytest.raises(ServerFailed) as failure:
        state.memory()
    assert str(failure.value).startswith(f"{tmp_path / 'state.json'} is damaged")
    assert "make reset" in str(failure.value)


def test_a_memory_that_is_missing_beside_data_is_told_with_what_to_do(tmp_path: Path) -> None:
    state = StateFolder(tmp_path).make()
    state.postgres.mkdir()
    with pytest.raises(ServerFailed, match=r"is missing, which has the passwords of the data.*make reset"):
        state.memory()


def test_what_another_version_has_remembered_is_left_out(tmp_path: Path) -> None:
    remembered = StateFolder(tmp_path).make().remember(port_base=9000)
    path = tmp_path / "state.json"
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), "of_the_next_version": 1}))
    assert StateFolder(tmp_path).memory() == remembered
