"""Credit: the limit in force, and the ledger."""
