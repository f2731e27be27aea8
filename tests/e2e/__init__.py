"""Stories told to the running suite."""
