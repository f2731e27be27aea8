"""The reports of the owner, read from facts and sums."""
