"""Settings with which catalog refuses to start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from libs.common.contracts.internal.catalog import LEASE_SECONDS_MIN
from services.catalog.settings import CatalogSettings


def settings(**changes: object) -> CatalogSettings:
    given = {
        "database_url": "postgresql://",
        "amqp_url": "amqp://nobody",
        "port": 0,
        "jwks_url": "http://nobody",
        "sales_url": "http://nobody",
        "service_key_file": Path("unused"),
        "service_keys_file": Path("unused"),
    }
    return CatalogSettings.model_validate({**given, **changes})


def test_a_lease_that_leaves_sales_no_time_is_refused_with_the_reason() -> None:
    with pytest.raises(
        ValidationError, match="must be at least 45: with a shorter lease sales commits no order"
    ):
        settings(allocation_lease_seconds=LEASE_SECONDS_MIN - 1)


def test_the_least_lease_is_taken() -> None:
    assert settings(allocation_lease_seconds=LEASE_SECONDS_MIN).allocation_lease_seconds == LEASE_SECONDS_MIN
