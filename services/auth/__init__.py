"""Users, roles, sessions and the keys that sign tokens."""
