"""Sales: recording those that are paid, and the summary of a period."""
