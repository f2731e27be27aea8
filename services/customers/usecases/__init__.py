"""The use cases of customers, with their SQL."""
