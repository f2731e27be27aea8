"""Lines of the log: JSON from our own code and from libraries, without secrets."""

import io
import logging
import warnings

import pytest
import structlog

from libs.common.logs import configure_logging
from libs.common.tests.conftest import Lines


def test_our_own_lines_carry_their_members(lines: Lines) -> None:
    structlog.get_logger("x").info("stock_taken", product=5)
    (line,) = lines()
    assert (line["event"], line["product"], line["level"], line["service"]) == (
        "stock_taken",
        5,
        "info",
        "shop",
    )


def test_no_field_overwrites_which_service_writes_the_line(lines: Lines) -> None:
    structlog.get_logger().info("call_failed", service="catalog", request_id="x")
    (line,) = lines()
    assert (line["service"], line["request_id"]) == ("shop", None)


def test_libraries_log_through_the_same_lines(lines: Lines) -> None:
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    (line,) = lines()
    assert (line["event"], line["logger"]) == ("Started server process [7]", "uvicorn.error")


def test_warnings_are_lines_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert "DeprecationWarning: old" in lines()[0]["event"]


def test_what_is_below_the_level_is_not_logged(lines: Lines) -> None:
    structlog.get_logger().debug("noise")
    logging.getLogger("x").debug("noise")
    assert lines() == []


@pytest.mark.parametrize("name", ["password", "access_token", "Authorization", "client_secret"])
def test_members_that_are_named_like_secrets_are_masked(lines: Lines, name: str) -> None:
    structlog.get_logger().info("login", **{name: "hunter2"})
    assert lines()[0][name] == "***"


@pytest.mark.parametrize(
    "number", ["+525512345678", "5512345678", "55 1234 5678", "+52 (55) 1234-5678", "(55) 1234 5678"]
)
def test_a_phone_number_in_a_path_is_masked(lines: Lines, number: str) -> None:
    structlog.get_logger().info("request", path=f"/api/chatbotusers/{number}/interactions/")
    structlog.get_logger().info("request", path=f"/api/chatbotusers/{number}")
    assert [line["path"] for line in lines()] == [
        "/api/chatbotusers/***/interactions/",
        "/api/chatbotusers/***",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/api/orders/1234567/pay/",
        "/internal/allocations/0198c1a2-7b1e-7f00-8a3c-9e5d4c3b2a10",
        "/web/3f2a9c0d1b4e5f60/till/main.js",
    ],
)
def test_an_id_in_a_path_is_none(lines: Lines, path: str) -> None:
    structlog.get_logger().info("request", path=path)
    assert lines()[0]["path"] == path


def test_an_exception_is_logged_with_its_traceback(lines: Lines) -> None:
    try:
        int("what happened")
    except ValueError:
        structlog.get_logger().exception("job_failed")
        logging.getLogger("library").exception("it failed")
    ours, theirs = lines()
    assert (ours["level"], theirs["level"]) == ("error", "error")
    assert ours["exception"].rstrip().endswith("'what happened'")
    assert theirs["exception"].rstrip().endswith("'what happened'")


def test_any_value_can_be_logged(lines: Lines) -> None:
    structlog.get_logger().info("odd", value={1: object(), "half": "\ud800"})
    assert len(lines()) == 1


def test_a_closed_stream_stops_nobody() -> None:
    stream = io.BytesIO()
    configure_logging("shop", stream=stream)
    stream.close()
    structlog.get_logger().info("unheard")
    structlog.reset_defaults()
