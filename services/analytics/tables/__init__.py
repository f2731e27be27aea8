"""analytics' database, the schema of record, in one file per subject: facts, their rollups, and dimensions.

Money is in the shop's currency. `day`, `hour` and `month` are the store's own calendar, fixed when a sale is
recorded: changing STORE_TIMEZONE moves recorded sales only by a rebuild.
"""

from services.analytics.tables import common, dimensions, facts, rollups
from services.analytics.tables.base import Table

__all__ = ["Table", "common", "dimensions", "facts", "rollups"]
