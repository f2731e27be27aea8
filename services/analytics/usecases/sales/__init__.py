"""Recording paid orders, and taking off what no longer counts."""
