"""Creating, changing, deleting and reading customers."""
