"""The pages of the till and the owner, in a browser, in front of a running suite."""
