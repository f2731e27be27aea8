"""What catalog does, one story per function."""
