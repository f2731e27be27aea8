"""`make soak`: a shop's load at a constant rate for hours, and whether the suite stays as it was."""
