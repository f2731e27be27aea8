"""The answers of reports."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Response

from libs.common.clock import iso_utc
from libs.common.http.replies import reply
from services.analytics.usecases.reports.desk import Report

AS_OF_HEADER = "X-Data-As-Of"

T = TypeVar("T")


def reply_report(report: Report[T], shape: Callable[[T], Any]) -> Response:
    """The report as `shape` makes it. `X-Data-As-Of` is the time of the newest event in its figures, UTC."""
    headers = {AS_OF_HEADER: iso_utc(report.as_of)} if report.as_of else None
    return reply(shape(report.content), headers=headers)
