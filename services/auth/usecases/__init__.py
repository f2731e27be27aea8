"""The use cases of auth, with their SQL."""
