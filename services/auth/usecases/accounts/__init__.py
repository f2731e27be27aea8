"""Creating, changing, deleting and reading accounts."""
