"""Which environment variables does analytics read? Those that every service reads, and no others."""

from libs.common.settings import ServiceSettings


class AnalyticsSettings(ServiceSettings):
    """See `ServiceSettings`. `STORE_TIMEZONE` decides on which day and hour a sale counts."""
