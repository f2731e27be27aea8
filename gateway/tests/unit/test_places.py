"""Places are shared among addresses; known addresses find one in a full house."""

from dataclasses import dataclass
from http import HTTPStatus

import pytest

from gateway.guard.places import KNOWN_SECONDS, PlaceLimits, Places
from libs.testing.clock import Stopwatch

FULL, TOO_MANY = HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS


@dataclass(eq=False)
class Client:
    """A connection that waits for its first request, unless a test says otherwise."""

    address: str = "192.0.2.1"
    is_proxy: bool = False
    has_token: bool = False
    is_idle: bool = False
    is_awaited: bool = True
    gave_way: bool = False

    def give_way(self) -> None:
        self.gave_way = True


def places(per_address: int = 3, reserved: int = 2, now: Stopwatch | None = None) -> Places:
    return Places(PlaceLimits(6, per_address, reserved), now or Stopwatch())


def seated(house: Places, count: int, address: str = "192.0.2.1", **state: bool) -> list[Client]:
    clients = [Client(address, **state) for _ in range(count)]
    assert [house.take(client) for client in clients] == [None] * count
    return clients


def busy(house: Places, count: int, address: str) -> list[Client]:
    return seated(house, count, address, is_awaited=False)


def make_known(house: Places, address: str) -> None:
    client = Client(address)
    assert house.take(client) is None
    house.meet(client)
    house.leave(client)


def test_at_its_limit_an_address_loses_the_connection_that_was_silent_longest() -> None:
    house = places()
    first, *others = seated(house, 3)
    newest = Client()
    assert house.take(newest) is None
    assert first.gave_way
    assert not any(client.gave_way for client in (*others, newest))


def test_an_idle_connection_goes_before_a_silent_one() -> None:
    house = places()
    silent, idle = seated(house, 2)
    idle.is_idle, idle.is_awaited = True, False
    seated(house, 2)
    assert (silent.gave_way, idle.gave_way) == (False, True)


def test_an_address_that_uses_all_of_its_connections_gets_no_more() -> None:
    house = places()
    clients = busy(house, 3, "192.0.2.1")
    assert house.take(Client()) is TOO_MANY
    assert house.take(Client("192.0.2.2")) is None
    house.leave(clients[0])
    assert house.take(Client()) is None


def test_a_trusted_proxy_has_no_limit_of_its_own() -> None:
    house = places()
    seated(house, 6, is_proxy=True)
    assert house.take(Client("192.0.2.2")) is FULL


def test_strangers_leave_the_reserved_places_free() -> None:
    house = places()
    make_known(house, "198.51.100.7")
    busy(house, 2, "192.0.2.1")
    busy(house, 2, "192.0.2.2")
    assert house.take(Client("192.0.2.3")) is FULL
    seated(house, 2, "198.51.100.7")


def test_a_stranger_takes_an_idle_strangers_place_but_not_a_silent_ones() -> None:
    house = places(per_address=4)
    first, *_ = seated(house, 4)
    assert house.take(Client("192.0.2.3")) is FULL
    first.is_idle = True
    assert house.take(Client("192.0.2.3")) is None
    assert first.gave_way


def test_in_a_full_house_a_known_user_takes_a_silent_strangers_place() -> None:
    house = places(reserved=0, per_address=6)
    make_known(house, "198.51.100.7")
    first, *_ = seated(house, 6)
    assert house.take(Client("198.51.100.7")) is None
    assert first.gave_way


def test_the_connection_of_a_known_user_keeps_its_place() -> None:
    house = places(per_address=6, reserved=0)
    known, *others = seated(house, 6)
    house.meet(known)
    seated(house, 5)
    assert not known.gave_way
    assert all(client.gave_way for client in others)


def test_a_valid_token_moves_a_connection_to_the_known_users() -> None:
    house = places()
    clients = busy(house, 2, "192.0.2.1") + busy(house, 2, "192.0.2.2")
    assert house.take(Client("192.0.2.3")) is FULL
    house.meet(clients[0])
    assert house.take(Client("192.0.2.3")) is None
    assert house.take(Client("192.0.2.4")) is FULL


def test_an_address_is_known_for_a_while_after_its_last_connection() -> None:
    now = Stopwatch()
    house = places(now=now)
    (known,) = seated(house, 1, "198.51.100.7")
    house.meet(known)
    busy(house, 2, "192.0.2.1")
    busy(house, 2, "192.0.2.2")
    now.seconds = 10 * KNOWN_SECONDS
    (second,) = busy(house, 1, "198.51.100.7")  # known by the open connection
    house.leave(second)
    house.leave(known)
    now.seconds += KNOWN_SECONDS - 1
    assert house.take(Client("198.51.100.7")) is None
    now.seconds += 1
    assert house.take(Client("198.51.100.7")) is FULL


def test_leaving_twice_frees_one_place() -> None:
    house = places()
    (client,) = busy(house, 1, "192.0.2.1")
    house.leave(client)
    house.leave(client)
    busy(house, 2, "192.0.2.1")
    busy(house, 2, "192.0.2.2")
    assert house.take(Client("192.0.2.3")) is FULL


@pytest.mark.parametrize(("total", "per_address", "reserved"), [(40, 10, 40), (40, 0, 4), (40, 10, -1)])
def test_limits_under_which_somebody_never_gets_in_are_refused(
    total: int, per_address: int, reserved: int
) -> None:
    with pytest.raises(ValueError, match="CONNECTIONS_RESERVED"):
        PlaceLimits(total, per_address, reserved)
