"""Rules, without any server."""
