"""analytics' database, the schema of record, in one file per subject: facts, their sums, and names.

Money is in the shop's currency. `day`, `hour` and `month` are the store's own calendar, fixed when a sale is
recorded: changing STORE_TIMEZONE later moves no sale that was recorded before.
"""

from services.analytics.tables import common, names, sales, sums
from services.analytics.tables.base import Table

__all__ = ["Table", "common", "names", "sales", "sums"]
