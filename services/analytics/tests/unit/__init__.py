"""Rules alone: no server, milliseconds."""
