"""Requests made from the API documents, valid and invalid, against the running suite."""
