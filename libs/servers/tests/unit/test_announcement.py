"""`make check` says at its start which servers it uses."""

import pytest

from libs.servers.announcement import DURATION, announcement
from libs.servers.shared import ROOT

GIVEN = {
    "TEST_DATABASE_URL": "postgresql://me:secret@db.example:5433/postgres",
    "TEST_AMQP_URL": "amqp://me:secret@broker.example/",
}


@pytest.mark.parametrize(
    ("environment", "has_engine", "broker_answers", "told"),
    [
        (GIVEN, True, True, ["db.example:5433 (TEST_DATABASE_URL)", "broker.example:5672 (TEST_AMQP_URL)"]),
        ({}, True, True, ["its own in a container", "its own in a container"]),
        ({}, False, True, ["its own, which ends with the run", "answers on 127.0.0.1:5672"]),
        ({}, False, False, ["its own, which ends with the run", "its own, which ends with the run"]),
    ],
)
def test_it_names_the_servers_and_no_password(
    environment: dict[str, str], told: list[str], *, has_engine: bool, broker_answers: bool
) -> None:
    said = announcement(environment, has_engine=has_engine, broker_answers=broker_answers)
    first, postgres, rabbitmq, _ = said.splitlines()
    assert DURATION in first
    assert [told[0] in postgres, told[1] in rabbitmq] == [True, True]
    assert "secret" not in said


def test_it_takes_as_long_as_the_readme_says() -> None:
    assert DURATION in (ROOT / "README.md").read_text()
