"""The guard against slow and greedy clients; README.md says what it guards and when it is not needed."""
