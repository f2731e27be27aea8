"""The owner's reports, built from events alone."""
