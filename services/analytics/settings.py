"""The environment variables of analytics."""

from libs.common.settings import ServiceSettings


class AnalyticsSettings(ServiceSettings):
    """The variables of every service; analytics adds none.

    `STORE_TIMEZONE` decides on which day and hour a sale counts.
    """
