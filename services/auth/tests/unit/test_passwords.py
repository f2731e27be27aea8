"""Passwords are hashed as OWASP recommends, off the event loop, with a bounded queue."""

import asyncio
from collections.abc import AsyncIterator
from time import process_time

import pytest
from argon2 import PasswordHasher

from libs.common.errors import Unavailable
from services.auth.clients.passwords import Passwords

COMPOSED, PARTED = "contrase\u00f1a", "contrasen\u0303a"


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    passwords = Passwords(waiting_max=2)
    yield passwords
    passwords.close()


async def test_a_hash_names_the_minimum_parameters(passwords: Passwords) -> None:
    assert (await passwords.hash("secret")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def matches(passwords: Passwords, password_hash: str | None, password: str) -> bool:
    async with passwords.turn():
        return await passwords.matches(password_hash, password)


async def test_the_right_password_matches(passwords: Passwords) -> None:
    assert await matches(passwords, await passwords.hash("contraseña"), "contraseña")


@pytest.mark.parametrize("hashed", [COMPOSED, PARTED])
@pytest.mark.parametrize("typed", [COMPOSED, PARTED])
async def test_a_letter_of_two_code_points_is_the_same_letter(
    passwords: Passwords, hashed: str, typed: str
) -> None:
    assert await matches(passwords, await passwords.hash(hashed), typed)


@pytest.mark.parametrize("hashed", [COMPOSED, PARTED])
@pytest.mark.parametrize("typed", [COMPOSED, PARTED])
async def test_a_hash_of_the_password_as_it_was_typed_still_works(
    passwords: Passwords, hashed: str, typed: str
) -> None:
    as_before = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(hashed)
    assert await matches(passwords, as_before, typed)


async def test_another_password_does_not(passwords: Passwords) -> None:
    assert not await matches(passwords, await passwords.hash("secret"), "Secret")


async def test_nobody_has_no_password(passwords: Passwords) -> None:
    assert not await matches(passwords, None, "secret")


async def test_turns_come_one_at_a_time_in_the_order_of_asking() -> None:
    passwords, course = Passwords(), []

    async def takes_a_turn(number: int) -> None:
        async with passwords.turn():
            course.append(f"{number} begins")
            await asyncio.sleep(0)
            course.append(f"{number} ends")

    await asyncio.gather(*(takes_a_turn(number) for number in (1, 2, 3)))
    passwords.close()
    assert course == [f"{number} {what}" for number in (1, 2, 3) for what in ("begins", "ends")]


async def test_checking_nobody_costs_as_much_as_checking_somebody(passwords: Passwords) -> None:
    password_hash = await passwords.hash("secret")
    somebody = min([await _cpu_seconds(passwords, password_hash) for _ in range(5)])
    nobody = min([await _cpu_seconds(passwords, None) for _ in range(5)])
    assert 0.5 < nobody / somebody < 2


async def _cpu_seconds(passwords: Passwords, password_hash: str | None) -> float:
    started = process_time()
    await matches(passwords, password_hash, "wrong")
    return process_time() - started


async def test_a_hash_with_other_parameters_is_outdated(passwords: Passwords) -> None:
    cheap = Passwords(memory_kib=64, passes=1)
    assert passwords.is_outdated(await cheap.hash("secret"))
    assert not passwords.is_outdated(await passwords.hash("secret"))
    cheap.close()


async def test_when_too_many_wait_the_next_is_told_to_come_back(passwords: Passwords) -> None:
    outcomes = await asyncio.gather(*(passwords.hash("secret") for _ in range(4)), return_exceptions=True)
    assert [isinstance(outcome, Unavailable) for outcome in outcomes] == [False, False, True, True]


async def test_after_the_rush_there_is_room_again(passwords: Passwords) -> None:
    await asyncio.gather(*(passwords.hash("secret") for _ in range(4)), return_exceptions=True)
    assert await passwords.hash("secret")


async def test_the_event_loop_runs_on_meanwhile(passwords: Passwords) -> None:
    hashing = asyncio.ensure_future(passwords.hash("secret"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
