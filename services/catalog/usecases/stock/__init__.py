"""Stock: allocations, their release and expiry, and the ledger."""
