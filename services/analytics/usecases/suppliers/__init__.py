"""The suppliers of products."""
