"""Points: how purchases earn them, and the ledger."""
