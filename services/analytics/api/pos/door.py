"""analytics' POS door, and its words for the refusals of reports."""

from functools import partial

from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import error
from services.analytics.domain.calendar_parts import TimelineTooLong
from services.analytics.domain.customer_sales import CustomerIdRequired, CustomerNotFound
from services.analytics.domain.overview_periods import ComparisonRefused
from services.analytics.domain.periods import DateMalformed, NoSalesInPeriod, NoSalesOnDay, PeriodReversed
from services.analytics.domain.suggested_orders import CoverDaysRefused
from services.analytics.domain.valuation import NothingInStock
from services.analytics.domain.velocity import IdentifierMissing, IdentifierUnknown, PeriodDaysRefused

with_records = partial(error, beside=("first_system_record", "last_system_record"))

pos = PosDoor(
    "The owner's reports",
    wordings={
        DateMalformed: with_records("Invalid date format. Use YYYY-MM-DD."),
        PeriodReversed: with_records("start_date must not be after end_date."),
        NoSalesOnDay: with_records("No sales found for the date {start} in the system."),
        TimelineTooLong: with_records("A timeline has at most {most} points."),
        ComparisonRefused: error("This range is compared by one of: {kinds}."),
        CustomerIdRequired: error("customer_id is required and must be an integer."),
        CustomerNotFound: error("Customer not registered in the system."),
        NoSalesInPeriod: with_records("No sales found between {start} and {end} in the system."),
        IdentifierMissing: error("Product identifier (Name or SKU) is required."),
        IdentifierUnknown: error("Product not found in the system."),
        PeriodDaysRefused: error("period_days must be a whole number from 1 to {most}."),
        CoverDaysRefused: error("cover_days must be a whole number from 1 to {most}."),
        NothingInStock: error("No products available in the selected scope."),
    },
)
