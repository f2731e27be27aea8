"""The doors of sales, one for each audience."""
