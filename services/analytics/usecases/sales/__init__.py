"""Recording paid orders, and summarising the sales of a period."""
