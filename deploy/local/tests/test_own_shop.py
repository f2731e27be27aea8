"""A shop without the demo: its first owner's password is told once, and where it lies until it is changed."""

import re
from functools import partial
from pathlib import Path

import httpx
import pytest

from deploy.local.keys import Keys
from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.tests.conftest import Command, succeeded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

EMAIL, ADDRESS = "ana@example.com", "Av. Juárez 12, Puebla"


def test_the_first_start_makes_a_password_and_later_ones_tell_where_it_is_until_it_is_changed(
    command: Command, state_folder: Path, amqp_url: str
) -> None:
    up = partial(command, "up", AMQP_URL=amqp_url)
    (state_folder.parent / ".env").write_text(f'BOOTSTRAP_OWNER_EMAIL={EMAIL}\nSHOP_ADDRESS="{ADDRESS}"\n')
    told = succeeded(up("--no-demo"))
    shown = re.search(rf"owner +{EMAIL} / (\S+)", told)
    assert shown
    password = Keys(StateFolder(state_folder).keys).first_owner.read_text()
    assert shown[1] == password

    with httpx.Client(base_url=LocalSuite(state_folder).gateway_url, timeout=30) as till:
        known = {"email": EMAIL, "password": "owner-password"}
        assert till.post("/api/auth/login/", json=known).status_code == 401
        session = till.post("/api/auth/login/", json={"email": EMAIL, "password": password})
        till.headers["Authorization"] = f"Bearer {session.json()['access']}"
        assert till.get("/api/products/").json() == []
        shop = till.get("/api/sync/bootstrap/").json()["shop"]
        assert (shop["name"], shop["address"]) == ("", ADDRESS)

        again = " ".join(succeeded(up("--demo")).split())
        assert "it is a shop of your own: make down comes before DEMO=1" in again
        file = Keys(StateFolder(state_folder).keys).first_owner
        assert f"owner {EMAIL} (its password is in {file})" in again, "the first start may have been killed"
        assert password not in again
        assert "employee-password" not in again, "that it is no demo is remembered"

        changed = {"current_password": password, "password": "one of the owner's own"}
        assert till.patch("/api/users/me/", json=changed).is_success
    again = " ".join(succeeded(up()).split())
    assert f'owner {EMAIL} (another password: make admin A="reset-password --email {EMAIL}")' in again
    assert str(file) not in again
