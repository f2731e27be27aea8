"""Sends valid and invalid requests made from the API documents to a running suite."""
