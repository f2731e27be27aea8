"""Stock: allocations, how they end, and the ledger."""
