"""The gateway: the only public entrance."""

import libs.common  # noqa: F401 - before the first import of structlog: see there
