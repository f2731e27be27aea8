"""Generators and linters of the wider world read the API documents without a complaint."""
