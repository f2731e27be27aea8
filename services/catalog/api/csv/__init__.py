"""Products as CSV: what an import takes, and what an export gives."""
