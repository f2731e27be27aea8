"""The rows of a shop's past in each service's database: before its orders, with a batch of them, after them.

They agree with one another as those of a shop that worked do (`make invariants`). Returns of the web shop
were rejected; those at the tills have brought their goods back.
"""

from collections.abc import Mapping

from bench.growth.analytics import ANALYTICS
from bench.growth.auth import AUTH
from bench.growth.catalog import CATALOG
from bench.growth.customers import CUSTOMERS
from bench.growth.sales import SALES
from bench.growth.statements import Rows

# The longest first: two at a time are filled.
ROWS: Mapping[str, Rows] = {
    "catalog": CATALOG,
    "analytics": ANALYTICS,
    "sales": SALES,
    "customers": CUSTOMERS,
    "auth": AUTH,
}
