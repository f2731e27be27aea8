"""A process that is not ready says why in few words."""

import pytest

from deploy.local.readiness import reasons_in


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            b'{"status":"unready","checks":{"keys":"ok","broker":"unavailable"},"notes":{}}',
            "broker: unavailable",
        ),
        (
            b'{"status":"unready","checks":{"broker":"away","database":"away"}}',
            "broker: away; database: away",
        ),
        (b"<html>not ours</html>", "<html>not ours</html>"),
        (b"[]", "[]"),
        (b'{"checks": "none"}', '{"checks": "none"}'),
    ],
)
def test_only_the_parts_that_are_missing_are_told(answer: bytes, told: str) -> None:
    assert reasons_in(answer) == told
