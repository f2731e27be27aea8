"""Rebuilding all figures from the owners' data while the service keeps answering."""
