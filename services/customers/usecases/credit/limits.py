"""The credit limit in force as SQL, for statements in which the database decides."""

from typing import LiteralString

CREDIT_LIMIT: LiteralString = """coalesce(
    credit_limit, case when is_frequent then %(default_credit_limit)s::numeric else 0 end
)"""
"""As `domain.credit.credit_limit_of`, over the columns of `customers`."""
