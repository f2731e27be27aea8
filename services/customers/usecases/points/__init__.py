"""Points: earning them with purchases, and the ledger."""
